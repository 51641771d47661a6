// What the clerks' queues of enquiries share on their forms and lists (services/intake/queues.py).

import { options_of, reason_field } from "../forms/fields";

const OPEN = ["New", "Doing"];
const COLOURS = { New: "orange", Doing: "blue", Converted: "green", Rejected: "gray", Spam: "red" };

const link = (doctype, name, label) =>
	frappe.utils.get_form_link(doctype, name, true, frappe.utils.escape_html(label));

/** An enquiry's status in its list. */
export function get_indicator(doc) {
	return [__(doc.status, null, doc.doctype), COLOURS[doc.status], `status,=,${doc.status}`];
}

/** The buttons of an enquiry's form; `convert` is [label, action] of whoever has taken it. */
export function refresh(frm, convert) {
	frm.add_custom_button(__("Show Phone"), () => agency_crm.reveal(frm, "Phone"));
	if (!OPEN.includes(frm.doc.status)) {
		frm.disable_form();
		return false;
	}
	frm.add_custom_button(__("Refuse"), () => refuse(frm));
	frm.add_custom_button(__("Mark as Spam", null, "Client Enquiry"), () =>
		frappe.confirm(__("Is it spam? It leaves the queue."), () => close(frm, { spam: 1 }))
	);
	const [label, action] =
		frm.doc.assigned_to === frappe.session.user
			? convert
			: [__("Take"), () => step(frm, "intake.queues.take", { doctype: frm.doctype })];
	frm.add_custom_button(label, action).addClass("btn-primary");
	return true;
}

/** Do a step of the server with the form as it stands there, and show what became of it. */
export async function step(frm, method, args) {
	if (frm.is_dirty()) {
		await frm.save();
	}
	const answer = await frappe.xcall(`agency_crm.api.${method}`, { enquiry: frm.doc.name, ...args });
	await frm.reload_doc();
	return answer;
}

/** What is said above the form of clients who have the number: `others` of them are colleagues'. */
export function known_lines({ clients, others }) {
	const lines = clients.map(({ name, client_name }) =>
		__("The number is known: {0}", [link("Client", name, client_name)])
	);
	return others ? [...lines, __("{0} clients of colleagues have the number.", [others])] : lines;
}

/** The fields of a dialog that asks who an enquiry's sender is: a client with the number, or a new one. */
export async function person_fields(frm, { clients, others }, label) {
	await frappe.model.with_doctype("Client Phone");
	const people = [
		...clients.map(({ name, client_name }) => ({ value: name, label: `${client_name} (${name})` })),
		{ value: "", label: __("A new client: {0}", [frm.doc.enquirer_name]) },
	];
	const known = clients.length + others > 0;
	return [
		{ fieldname: "client", fieldtype: "Select", label, options: people, default: people[0].value },
		{
			fieldname: "related_as",
			fieldtype: "Select",
			label: __("Known Number Is Of", null, "Client Phone"),
			options: options_of("Client Phone", "related_as"),
			depends_on: `eval:${known} && !doc.client`,
			mandatory_depends_on: `eval:${known} && !doc.client`,
			description: __("Who the client that has this number already is to the new one."),
		},
	];
}

function refuse(frm) {
	frappe.prompt(reason_field(), ({ reason }) => close(frm, { reason }), __("Refuse"), __("Refuse"));
}

function close(frm, args) {
	return step(frm, "intake.queues.reject", { doctype: frm.doctype, ...args });
}
