// A fee of a deal, asked for in a dialog on its form.

import { options_of } from "../forms/fields";

/** Asks for a fee: of the side without one first, at the usual rate. */
export async function add_fee(frm, fees, usual) {
	await frappe.model.with_doctype("Deal Fee");
	const label = (value) => __(value, null, "Deal Fee");
	const first = fees.some((fee) => fee.side === "Buyer") ? "Seller" : "Buyer";
	const payer_of = (side) => frm.doc.parties.find((row) => row.side === side)?.client;
	const service = "eval:!['Brokerage','Pass-through'].includes(doc.fee_type)";
	const dialog = new frappe.ui.Dialog({
		title: __("Add Fee"),
		fields: [
			{
				fieldname: "side",
				fieldtype: "Select",
				label: label("Side"),
				options: options_of("Deal Fee", "side"),
				default: first,
				reqd: 1,
				onchange: () => {
					const side = dialog.get_value("side");
					dialog.set_values({ payer: payer_of(side), rate: usual[side] });
				},
			},
			{
				fieldname: "fee_type",
				fieldtype: "Select",
				label: label("Fee Type"),
				options: options_of("Deal Fee", "fee_type"),
				default: "Brokerage",
				reqd: 1,
			},
			{
				fieldname: "payer",
				fieldtype: "Select",
				label: label("Payer"),
				options: frm.doc.parties.map((row) => ({
					value: row.client,
					label: row.client_name,
				})),
				default: payer_of(first),
				reqd: 1,
			},
			{ fieldname: "due_on", fieldtype: "Date", label: label("Due On") },
			{ fieldtype: "Column Break" },
			{
				fieldname: "basis",
				fieldtype: "Select",
				label: label("Basis"),
				options: [usual.basis, "Amount"].map((value) => ({ value, label: label(value) })),
				default: usual.basis,
				reqd: 1,
			},
			{
				fieldname: "rate",
				fieldtype: "Float",
				parent: "Deal Fee",
				label: label("Rate"),
				default: usual[first],
				depends_on: "eval:doc.basis!='Amount'",
			},
			{
				fieldname: "amount",
				fieldtype: "Currency",
				parent: "Deal Fee",
				label: label("Amount"),
				depends_on: "eval:doc.basis=='Amount'",
			},
			{ fieldname: "discount", fieldtype: "Currency", parent: "Deal Fee", label: label("Discount") },
			{
				fieldname: "client_consent",
				fieldtype: "Check",
				label: label("Signed Consent"),
				depends_on: service,
			},
		],
		primary_action_label: __("Save"),
		primary_action(values) {
			frappe.db.insert({ doctype: "Deal Fee", deal: frm.doc.name, ...values }).then(() => {
				dialog.hide();
				frm.reload_doc();
			});
		},
	});
	dialog.show();
}
