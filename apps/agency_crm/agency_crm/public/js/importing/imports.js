// Forms of imports: look at what a file would give, say what its columns mean, start, watch.
// A kind says: made and made_label, the DocType it makes; first(row), pairs of a head and a preview's cell;
// counts, pairs of a label and a field of the preview; ask(frm, found), which asks what the columns mean.

import { table, text } from "../forms/html";

export const imports = { of_kind, ask_columns };

/** The handlers that the forms of a kind of import have in common. */
function of_kind(kind) {
	return {
		setup(frm) {
			frm.set_query("store", () => ({ filters: { is_group: 0 } }));
			// the server tells this user alone how far an import is
			frappe.realtime.on("agency_import", (state) => {
				if (state.name === frm.doc.name && cur_frm === frm) {
					show_progress(frm, state);
				}
			});
		},

		show_preview: (frm) => preview(frm, kind),

		refresh(frm) {
			frm.dashboard.clear_headline();
			if (frm.is_new()) {
				frm.set_intro(__("Save, look at what the file would give, then start."));
				return;
			}
			if (frm.doc.status === "Done") {
				frm.add_custom_button(kind.made_label, () =>
					frappe.set_route("List", kind.made, { creation: [">=", frm.doc.creation] })
				);
				add_erase(frm);
				return;
			}
			frm.add_custom_button(__("Preview"), () => frm.trigger("show_preview"));
			frm.add_custom_button(__("Match Columns"), () => match_columns(frm, kind));
			const label = frm.doc.rows_done ? __("Continue") : __("Start Import");
			frm.page.set_primary_action(label, () => start(frm));
		},
	};
}

function add_erase(frm) {
	if (!frm.doc.file && !frm.doc.rejects_file) {
		return;
	}
	frm.add_custom_button(__("Erase the Files"), () =>
		frappe.confirm(__("Take away the file and the rejected rows? What was imported stays."), async () => {
			await call(frm, "erase_files");
			frm.reload_doc();
		})
	);
}

async function match_columns(frm, kind) {
	await saved(frm);
	kind.ask(frm, await call(frm, "suggest_columns"));
}

/** Ask what each column means, beginning with what it most likely is; `keep` gets the answers and the columns. */
async function ask_columns(frm, { found, child, fields, keep }) {
	await frappe.model.with_doctype(child);
	const options = frappe.meta.get_docfield(child, "target").options.split("\n");
	// left empty nothing is said of a column: the start of the import asks
	const targets = ["", ...options].map((value) => ({ value, label: value && __(value, null, child) }));
	const middle = Math.ceil(found.columns.length / 2);
	const boxes = found.columns.map(({ column, target, values }, number) => [
		{
			fieldname: `column_${number}`,
			fieldtype: "Select",
			label: frappe.utils.escape_html(column),
			options: targets,
			default: target.includes("{") ? "pattern" : target,
			description: frappe.utils.escape_html(values.join(" · ")),
		},
		{
			fieldname: `pattern_${number}`,
			fieldtype: "Data",
			label: __("Pattern", null, child),
			default: target.includes("{") ? target : "",
			depends_on: `eval:doc.column_${number} === "pattern"`,
			mandatory_depends_on: `eval:doc.column_${number} === "pattern"`,
			description: __("What stands in it, and between: {0}", ["{layout}/{gross_area}/{estate_name}"]),
		},
	]);
	const dialog = new frappe.ui.Dialog({
		title: __("What do the columns mean?"),
		size: "large",
		fields: [
			...fields,
			{ fieldtype: "Section Break", label: __("Columns of the File") },
			...boxes.slice(0, middle).flat(),
			{ fieldtype: "Column Break" },
			...boxes.slice(middle).flat(),
		],
		primary_action_label: __("Keep and Preview"),
		async primary_action(answers) {
			const columns = found.columns
				.map(({ column }, number) => ({
					column_name: column,
					target: answers[`column_${number}`],
					pattern: answers[`pattern_${number}`],
				}))
				.filter(({ target }) => target);
			await keep(answers, columns);
			dialog.hide();
			frm.trigger("show_preview");
		},
	});
	dialog.show();
}

async function saved(frm) {
	if (frm.is_dirty()) {
		await frm.save();
	}
}

function call(frm, method, more = {}) {
	const named = { doctype: frm.doctype, name: frm.doc.name };
	return frappe.xcall(`agency_crm.api.importing.imports.${method}`, { ...named, ...more });
}

async function start(frm) {
	await saved(frm);
	const unread = await call(frm, "start");
	if (!unread.length) {
		tell_started();
		return;
	}
	frappe.confirm(
		__("Nothing says where these columns go: {0}. Import without them? Match Columns is where you say.", [
			frappe.utils.escape_html(unread.join(", ")).bold(),
		]),
		async () => {
			await call(frm, "start", { leave_out: 1 });
			tell_started();
		}
	);
}

function tell_started() {
	frappe.show_alert({
		message: __("The import runs in the background. You may leave this page."),
		indicator: "blue",
	});
}

function show_progress(frm, state) {
	frm.dashboard.show_progress(
		__("Import"),
		state.progress,
		__("{0} of {1} rows, {2} new, {3} rejected", [
			state.rows_done,
			state.rows_total,
			state.rows_created,
			state.rows_rejected,
		])
	);
	if (["Done", "Failed"].includes(state.status)) {
		frm.dashboard.hide_progress(__("Import"));
		frm.reload_doc();
	}
}

async function preview(frm, kind) {
	await saved(frm);
	const found = await call(frm, "preview");
	const figures = kind.counts.map(
		([label, field]) => `<div><div class="h3" style="margin: 0">${found[field]}</div>
			<div class="text-muted">${label}</div></div>`
	);
	const first = found.first.map((row) => kind.first(row));
	let html = `<div style="display: flex; flex-wrap: wrap; gap: 12px 36px; margin-bottom: 1.5rem">
		${figures.join("")}</div>`;
	const left_out = found.unread.length
		? [__("Nothing says where these columns go, and they are not read: {0}", [found.unread.join(", ")])]
		: [];
	html += [...left_out, ...found.notes]
		.map((note) => `<p class="text-warning">${frappe.utils.escape_html(note)}</p>`)
		.join("");
	if (first.length) {
		const heads = first[0].map(([head]) => head);
		const cells = first.map((row) => row.map(([, value]) => value));
		html += `<h5>${__("First Rows")}</h5>${texts(heads, cells)}`;
	}
	if (found.rejects.length) {
		html += `<h5>${__("First Rejected Rows")}</h5>`;
		html += texts([__("Row"), __("Column"), __("Reason")], found.rejects);
	}
	const dialog = new frappe.ui.Dialog({ title: __("Nothing was written yet"), size: "extra-large" });
	dialog.$body.html(html);
	dialog.show();
}

const texts = (heads, rows) =>
	table(
		heads.map(text),
		rows.map((row) => row.map(text))
	);
