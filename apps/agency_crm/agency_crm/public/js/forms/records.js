// What the forms of several records share.

import { options_of, reason_field } from "./fields";

const ABOUT = { fieldname: "client", fieldtype: "Link", options: "Client", label: __("Client"), reqd: 1 };

/**
 * Ask what was said and when to speak again; `about` is {listing} or {client}, or both; a {task} of the client.
 * With nothing given the client is asked for.
 */
export async function add_follow_up({ method, ...about }, after) {
	await frappe.model.with_doctype("Follow Up");
	const dialog = new frappe.ui.Dialog({
		title: __("Follow Up", null, "Follow Up"),
		fields: [
			...(about.client || about.listing ? [] : [ABOUT]),
			{
				fieldname: "method",
				fieldtype: "Select",
				label: __("Method", null, "Follow Up"),
				options: options_of("Follow Up", "method"),
				default: method || "Call",
				reqd: 1,
			},
			{ fieldtype: "Column Break" },
			{ fieldname: "next_follow_up_on", fieldtype: "Date", label: __("Next Follow-up") },
			{ fieldtype: "Section Break" },
			{ fieldname: "content", fieldtype: "Small Text", label: __("Content"), reqd: 1 },
		],
		primary_action_label: __("Save"),
		primary_action(values) {
			frappe.db.insert({ doctype: "Follow Up", ...about, ...values }).then(() => {
				dialog.hide();
				frappe.show_alert({ message: __("Follow-up saved"), indicator: "green" });
				after?.();
			});
		},
	});
	dialog.show();
}

/** On a new form, name the agent who fills it in. */
export function set_own_agent(frm, field) {
	const agent = frappe.boot.agency_crm?.agent;
	if (frm.is_new() && agent && !frm.doc[field]) {
		frm.set_value(field, agent);
	}
}

/** Fetch the titles of linked records: a save answers without those it filled in, and rows added lack theirs. */
export function fetch_titles(doctype, names) {
	return Promise.all(
		names.map(
			async (name) =>
				frappe.utils.get_link_title(doctype, name) ||
				(await frappe.utils.fetch_link_title(doctype, name)) ||
				name
		)
	);
}

/** Open a new record whose table `table` already holds `rows`. */
export function new_with_rows(doctype, values, table, rows) {
	frappe.model.with_doctype(doctype, () => {
		const doc = Object.assign(frappe.model.get_new_doc(doctype), values);
		rows.forEach((row) => Object.assign(frappe.model.add_child(doc, table), row));
		frappe.set_route("Form", doctype, doc.name);
	});
}

/** Open a record's print in Chinese, as the PDF that is signed. */
export const open_pdf = (frm, format) => open_pdfs(frm.doctype, [frm.doc.name], format);

/** Open the prints of several records in Chinese, as one PDF. */
export function open_pdfs(doctype, names, format) {
	const query = new URLSearchParams({
		doctype,
		name: names.length > 1 ? JSON.stringify(names) : names[0],
		format,
		no_letterhead: 1,
		_lang: "zh",
	});
	const method = names.length > 1 ? "download_multi_pdf" : "download_pdf";
	window.open(`/api/method/frappe.utils.print_format.${method}?${query}`);
}

/** Open the new, unsaved record that an endpoint makes. */
export function open_made(method, args) {
	return frappe.xcall(method, args).then((made) => {
		const [doc] = frappe.model.sync(made);
		frappe.set_route("Form", doc.doctype, doc.name);
	});
}

/** The workflow's way the user has just chosen: its action, and the rows of the two states. */
export function chosen_way(frm) {
	const { states, transitions } = frappe.workflow.workflows[frm.doctype];
	const way = transitions.find(
		(row) => row.state === frm.doc.status && row.action === frm.selected_workflow_action
	);
	const row_of = (state) => states.find((row) => row.state === state);
	return way && { action: way.action, old: row_of(way.state), next: row_of(way.next_state) };
}

/**
 * Before an action of the workflow whose next state needs a reason: ask for it, save it, go on. `needs` is
 * told the workflow's rows of the two states. Called from before_workflow_action.
 */
export function reason_before_action(frm, field, needs) {
	const way = chosen_way(frm);
	if (!way || !needs(way.old, way.next)) {
		return;
	}
	frappe.dom.unfreeze();
	return new Promise((resolve, reject) => {
		const dialog = new frappe.ui.Dialog({
			title: __(way.action),
			fields: [reason_field({ default: frm.doc[field] })],
			primary_action_label: __(way.action),
			primary_action({ reason }) {
				dialog.given = true;
				dialog.hide();
				frm.set_value(field, reason)
					.then(() => frm.is_dirty() && frm.save())
					.then(resolve, reject);
			},
			on_hide: () => dialog.given || reject(),
		});
		dialog.show();
	});
}

/**
 * A button that does one step of a record on the server and shows the record anew: POST `method` with `args`,
 * after saving what was typed, and after asking for `ask` (fields) where it is given.
 */
export function add_step(frm, label, method, args, { ask, group } = {}) {
	const step = (values) =>
		frappe.xcall(method, { ...args, ...values }, "POST").then(() => frm.reload_doc());
	return frm.add_custom_button(
		label,
		async () => {
			if (frm.is_dirty()) {
				await frm.save();
			}
			return ask ? frappe.prompt(ask, step, label, label) : step();
		},
		group
	);
}
