// Secrets of a client or a listing: shown one at a time for a reason that is logged (api/privacy/reveals.py), and
// written without being shown.

import { text as escape } from "../forms/html";

const PRICE_UNIT = { Sale: "Wan", Lease: "Month" };

const call = (method, args) =>
	frappe.call({ method: `agency_crm.api.privacy.reveals.${method}`, type: "POST", args, freeze: true });

/** The buttons of a saved Client's or Listing's form: a secret each, and one to write them. */
export function add_reveal_buttons(frm) {
	const group = __("Show");
	const button = (label, what, row) => frm.add_custom_button(label, () => reveal(frm, what, row), group);
	if (frm.doctype === "Client") {
		frm.doc.phones.forEach((row) => button(row.number_masked, "Phone", row.name));
		button(__("Identity Number"), "Identity Number");
		frm.add_custom_button(__("Enter Identity Number"), () => set_client_private(frm), group);
		button(__("E-mail"), "E-mail");
		frm.add_custom_button(__("Enter E-mail"), () => set_email(frm), group);
	} else {
		frm.doc.owners.forEach((row) => button(__("Owner {0}", [row.client]), "Phone", row.name));
		button(__("Floor Price"), "Floor Price");
		button(__("Owner Notes"), "Owner Notes");
		frm.add_custom_button(__("Enter Floor Price and Notes"), () => set_listing_private(frm), group);
	}
}

/** Ask why, show a secret of the form's record: what is "Phone" (with its row), "Floor Price", … */
export function reveal(frm, what, row) {
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Data",
			length: 140,
			label: __("Reason"),
			description: __("Who looked at what, when and why is logged."),
		},
		({ reason }) =>
			call("reveal", { what, doctype: frm.doctype, name: frm.doc.name, row, reason }).then(
				({ message }) => show(frm, what, message)
			),
		__("Show {0}", [__(what, null, "Contact Reveal")]),
		__("Show")
	);
}

function show(frm, what, found) {
	const unit = PRICE_UNIT[frm.doc.listing_type];
	const lines = found.map(({ label, value, typed }) => {
		const shown = what === "Floor Price" ? agency_crm.format_price(value, unit) : value;
		const beside = typed ? `<br><span class="text-muted">${escape(typed)}</span>` : "";
		return `<p>${escape(label)}<br><b class="selectable-text">${escape(shown)}</b>${beside}</p>`;
	});
	frappe.msgprint({ title: __(what, null, "Contact Reveal"), message: lines.join(""), indicator: "blue" });
}

/** Write what stands apart from a listing: its floor price and the owner's notes; an empty box changes nothing. */
export function set_listing_private(frm) {
	const fields = [
		{
			fieldname: "floor_price",
			fieldtype: "Currency",
			label: __("Floor Price"),
			price_unit: PRICE_UNIT[frm.doc.listing_type],
			parent: "Listing",
		},
		{
			fieldname: "reason",
			fieldtype: "Data",
			length: 140,
			label: __("Why the Floor Price Changes"),
			depends_on: "floor_price",
		},
		{ fieldname: "owner_notes", fieldtype: "Small Text", label: __("Owner Notes") },
	];
	ask(fields, __("Floor Price and Owner Notes"), (values) =>
		call("set_listing_private", { listing: frm.doc.name, ...values })
	);
}

/** Write a client's identity number. */
export function set_client_private(frm) {
	const types = ["ID Card", "Passport", "HK/Macau Permit", "Business Licence"];
	const fields = [
		{
			fieldname: "id_type",
			fieldtype: "Select",
			label: __("Document", null, "Client Private"),
			options: types.map((value) => ({ value, label: __(value, null, "Client Private") })),
			default: "ID Card",
			reqd: 1,
		},
		{ fieldname: "id_number", fieldtype: "Data", label: __("Number", null, "Client Private"), reqd: 1 },
	];
	ask(fields, __("Identity Number"), (values) =>
		call("set_client_private", { client: frm.doc.name, ...values })
	);
}

/** Write a client's e-mail address; an empty box takes it away. */
function set_email(frm) {
	const fields = [{ fieldname: "email", fieldtype: "Data", label: __("E-mail") }];
	ask(fields, __("E-mail"), ({ email }) =>
		frappe.xcall(
			"agency_crm.api.notifications.mailings.set_email",
			{ client: frm.doc.name, email: email || "" },
			"POST"
		)
	);
}

function ask(fields, title, save) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: __("Save"),
		primary_action: (values) =>
			save(values).then(() => {
				dialog.hide();
				frappe.show_alert({ message: __("Saved"), indicator: "green" });
			}),
	});
	dialog.show();
}
