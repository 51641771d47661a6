// An event of ours names no record (permissions/realtime.py): the list is read anew.
const { process_document_refreshes } = frappe.views.ListView.prototype;
frappe.views.ListView.prototype.process_document_refreshes = function () {
	const nameless = this.pending_document_refreshes.some(({ name }) => !name);
	const [view, doctype] = frappe.get_route() || [];
	if (!nameless || view !== "List" || cur_list?.doctype !== doctype) {
		return process_document_refreshes.call(this);
	}
	this.pending_document_refreshes = [];
	return this.refresh();
};

// Frappe chooses a view's class by the view alone: ours for some DocTypes, its own for the rest.

const OURS = { ListView: {}, ImageView: {}, MapView: {} };

for (const [name, by_doctype] of Object.entries(OURS)) {
	const Theirs = frappe.views[name];
	frappe.views[name] = class extends Theirs {
		constructor(options) {
			const Ours = by_doctype[options.doctype];
			if (Ours && new.target === frappe.views[name]) {
				return new Ours(options);
			}
			super(options);
		}
	};
}

/** Show records of `doctype` by these classes: view -> class. */
export function use_views(doctype, views) {
	for (const [name, View] of Object.entries(views)) {
		OURS[name][doctype] = View;
	}
}

/** The filter of a list by the tags in its rows, `Listing Tag`. */
export const tag_filter = (rows, label) => ({
	fieldtype: "Link",
	options: "Agency Tag",
	condition: "=",
	is_filter: 1,
	doctype: rows,
	fieldname: "tag",
	label,
});

/** A view whose filter by tags, which is of its rows, comes back with the other filters used last. */
export const keeps_tag_filter = (View, rows) =>
	class extends View {
		validate_filters(filters) {
			const tags = filters.filter(([doctype]) => doctype === rows);
			return [...super.validate_filters(filters.filter((row) => !tags.includes(row))), ...tags];
		}
	};
