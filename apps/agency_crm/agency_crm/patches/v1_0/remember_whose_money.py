"""Receipts and journals of before say whose their money is, as those booked since."""

import frappe

from agency_crm.accounting import loose, receipts
from agency_crm.setup import custom_fields

LINE = "Journal Entry Account"


def execute() -> None:
	custom_fields.make_custom_fields()
	for name in _parents("Payment Entry Reference", "reference_doctype"):
		payment = frappe.get_doc("Payment Entry", name)
		named = payment.deal
		receipts.name_deals(payment, "before_update_after_submit")
		told = {receipts.MONEY: payment.get(receipts.MONEY)}
		if payment.deal != named:
			told["deal"] = payment.deal
		frappe.db.set_value("Payment Entry", name, told, update_modified=False)
	for name in _parents(LINE, "reference_type"):
		journal = frappe.get_doc("Journal Entry", name)
		named = {row.name: row.deal for row in journal.accounts}
		loose.keep_deals(journal)
		for row in journal.accounts:
			if row.deal != named[row.name]:
				frappe.db.set_value(LINE, row.name, "deal", row.deal, update_modified=False)


def _parents(doctype: str, of: str) -> list[str]:
	"""The submitted vouchers with rows that settle invoices of deals."""
	row, invoice = frappe.qb.DocType(doctype), frappe.qb.DocType("Sales Invoice")
	return (
		frappe.qb.from_(row)
		.join(invoice)
		.on((row[of] == "Sales Invoice") & (row.reference_name == invoice.name))
		.select(row.parent)
		.distinct()
		.where((row.docstatus == 1) & (invoice.deal != ""))
		.run(pluck=True)
	)
