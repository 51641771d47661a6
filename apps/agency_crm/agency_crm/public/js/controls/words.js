// A state or option in the trade's words: Frappe looks its translation up without the DocType, and shows
// ERPNext's word for Available, Draft or Requested.

const format_select = frappe.form.formatters.Select;
frappe.form.formatters.Select = function (value, df) {
	return df?.parent && value ? __(value, null, df.parent) : format_select(value, df);
};

// in a workflow's form the states and actions read as in the form of the DocType it is for
const context_of = (masters) =>
	["Workflow State", "Workflow Action Master"].includes(masters) &&
	cur_frm?.doctype === "Workflow" &&
	cur_frm.doc.document_type;

const format_link = frappe.form.formatters.Link;
frappe.form.formatters.Link = function (value, df, options, doc) {
	const masters = df?._options || df?.options;
	const context = value && context_of(masters);
	const label = format_link(
		value,
		df,
		context ? { ...options, label: __(value, null, context) } : options,
		doc
	);
	// theirs leaves the name of what the reader may not open as it is stored, as that of a DocType
	const is_name = value && label === value && !options?.only_value;
	return is_name && frappe.boot.translated_doctypes?.includes(masters) ? __(label) : label;
};

const { get_translated } = frappe.ui.form.ControlLink.prototype;
frappe.ui.form.ControlLink.prototype.get_translated = function (value) {
	const context = context_of(this.get_options());
	return context ? __(value, null, context) : get_translated.call(this, value);
};

const get_indicator = frappe.get_indicator;
frappe.get_indicator = function (doc, doctype = doc.doctype, ...rest) {
	const indicator = get_indicator(doc, doctype, ...rest);
	const [field, , state] = (indicator?.[2] || "").split(",");
	if (state && doc[field] === state) {
		indicator[0] = __(state, null, doctype);
	}
	return indicator;
};

// a board's column, named by its option
const { render_template } = frappe;
frappe.render_template = function (name, data) {
	const html = render_template(name, data);
	if (name !== "kanban_column") {
		return html;
	}
	const $column = $(html);
	$column.find(".kanban-title").text(__(data.title, null, data.doctype));
	return $column;
};

const ours = (meta) => meta.module === "Agency CRM";

const selects_of = ({ meta }) =>
	meta && ours(meta) ? meta.fields.filter((df) => df.fieldtype === "Select") : [];

const { setup_view } = frappe.views.ListView.prototype;
frappe.views.ListView.prototype.setup_view = function () {
	const pills = Object.fromEntries(selects_of(this).map(({ fieldname }) => [fieldname, pill]));
	this.settings.formatters = { ...pills, ...this.settings.formatters };
	setup_view.call(this);
};

// the boxes above a list, a report or a board alike
const { setup_filter_area } = frappe.views.BaseList.prototype;
frappe.views.BaseList.prototype.setup_filter_area = function () {
	const is_set = setup_filter_area.call(this);
	selects_of(this).forEach(({ fieldname }) => word_filter(this.page.fields_dict[fieldname], this.doctype));
	return is_set;
};

// what a list's side bar counts of a field
const { render_dropdown_items } = frappe.views.ListGroupBy.prototype;
frappe.views.ListGroupBy.prototype.render_dropdown_items = function (counts, fieldtype, $dropdown, ...rest) {
	render_dropdown_items.call(this, counts, fieldtype, $dropdown, ...rest);
	const said = fieldtype === "Select" ? $dropdown.find(".group-by-value").get() : [];
	const named = said.filter(({ dataset }) => !["", "null"].includes(dataset.name));
	named.forEach((item) => (item.textContent = __(item.dataset.name, null, this.doctype)));
};

function pill(value, df) {
	const filter = frappe.utils.escape_html(`${df.fieldname},=,${value}`);
	return value
		? `<span class="filterable indicator-pill ${frappe.utils.guess_colour(value)} ellipsis"
			data-filter="${filter}"><span class="ellipsis">${__(value, null, df.parent)}</span></span>`
		: "";
}

function word_filter(control, doctype) {
	if (control?.set_options) {
		control.df.context = doctype;
		delete control.last_options;
		control.set_formatted_input(control.value);
	}
}

$(document).on("form-load", (_event, frm) => frm.timeline && ours(frm.meta) && word_versions(frm));

/** Have the changes in a form's timeline say its options in the form's words; Frappe shows them as stored. */
function word_versions(frm) {
	const { timeline } = frm;
	if (Object.hasOwn(timeline, "get_version_timeline_contents")) {
		return;
	}
	const contents = timeline.get_version_timeline_contents;
	timeline.get_version_timeline_contents = function () {
		(this.doc_info.versions || []).forEach((version) => {
			const data = JSON.parse(version.data || "{}");
			const tables = (data.row_changed || []).map(([table, , , changes]) => [
				frappe.meta.get_docfield(frm.doctype, table)?.options,
				changes,
			]);
			[[frm.doctype, data.changed || []], ...tables].forEach(([doctype, changes]) =>
				changes.forEach((change) => word(doctype, change))
			);
			version.data = JSON.stringify(data);
		});
		return contents.call(this);
	};
	// Frappe drew it while the form was loading
	frm.is_new() || timeline.refresh();
}

function word(doctype, change) {
	const df = doctype && frappe.meta.get_docfield(doctype, change[0]);
	for (const index of df ? [1, 2] : []) {
		change[index] ??= "";
		if (df.fieldtype === "Select" && change[index]) {
			change[index] = __(change[index], null, doctype);
		} else if (df.fieldtype === "Check") {
			change[index] = cint(change[index]) ? "✓" : "–";
		} else if (df.fieldtype === "Link" && change[index]) {
			change[index] = frappe.utils.get_link_title(df.options, change[index]) || change[index];
		}
	}
}
