"""The deal on each row of the receipts that were booked before their rows had one."""

import frappe

from agency_crm.setup import custom_fields

ROW = "Payment Entry Reference"


def execute() -> None:
	custom_fields.make_custom_fields()
	row, invoice = frappe.qb.DocType(ROW), frappe.qb.DocType("Sales Invoice")
	found = (
		frappe.qb.from_(row)
		.join(invoice)
		.on((row.reference_doctype == "Sales Invoice") & (row.reference_name == invoice.name))
		.select(row.name, invoice.deal)
		.where((invoice.deal != "") & row.deal.isnull())
	).run()
	frappe.db.bulk_update(ROW, {name: {"deal": deal} for name, deal in found}, update_modified=False)
