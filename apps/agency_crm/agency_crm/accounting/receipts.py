"""Receiving a deal's money: ERPNext's Payment Entry, begun from the deal, each of its rows with its deal."""

import frappe
from frappe import _
from frappe.utils import cstr, flt, get_link_to_form

from agency_crm.accounting import ledger, settings

INVOICE = "Sales Invoice"


def open_invoices(deal: str) -> list[frappe._dict]:
	"""The invoices of a deal that have something open: name, customer, customer_name, outstanding_amount."""
	return _open({"deal": deal})


def make(deal, customer: str | None = None):
	"""Return an unsaved Payment Entry of what a payer of `deal` owes of it; their other invoices stand below, at 0.

	A row that stays at 0 goes when it is saved, so one receipt settles invoices of several deals.
	Raises ValidationError where the deal has nothing open, or several payers and `customer` isn't one.
	"""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	mine = open_invoices(deal.name)
	payers = {row.customer: row.customer_name for row in mine}
	customer = customer or next(iter(payers), None)
	if customer not in payers:
		frappe.throw(
			_("Deal {0} has nothing open to receive.").format(get_link_to_form("Deal", deal.name)),
			title=_("Nothing Open"),
		)
	mine = [row for row in mine if row.customer == customer]
	bank = settings.for_company(deal.company).default_bank
	payment = get_payment_entry(INVOICE, mine[0].name, bank_account=bank)
	names = {row.name for row in mine}
	others = [row for row in _open({"customer": customer, "company": deal.company}) if row.name not in names]
	payment.set("references", [])
	for row in [*mine, *others]:
		payment.append("references", _reference(row, row.outstanding_amount if row.name in names else 0))
	payment.deal = deal.name
	payment.paid_amount = payment.received_amount = flt(sum(row.outstanding_amount for row in mine), 2)
	payment.set_amounts()
	return payment


def name_deals(payment, method: str | None = None) -> None:
	"""Payment Entry event: each row that settles an invoice carries the invoice's deal."""
	deals = ledger.deals_of(
		[row.reference_name for row in payment.references if row.reference_doctype == INVOICE]
	)
	for row in payment.references:
		row.deal = deals.get(row.reference_name) if row.reference_doctype == INVOICE else None


def name_vouchers(payment, _method: str | None = None) -> None:
	"""Payment Entry event: the remarks name what is settled in the user's language; ERPNext writes its DocType."""
	if not payment.custom_remarks:
		for doctype in {row.reference_doctype for row in payment.references}:
			payment.remarks = cstr(payment.remarks).replace(doctype, _(doctype))


def _open(of: dict) -> list[frappe._dict]:
	fields = [
		"name",
		"customer",
		"customer_name",
		"outstanding_amount",
		"grand_total",
		"due_date",
		"deal",
		"debit_to",
	]
	wanted = {**of, "docstatus": 1, "is_return": 0, "outstanding_amount": (">", 0)}
	return frappe.get_all(INVOICE, wanted, fields, order_by="due_date, name")


def _reference(invoice: frappe._dict, amount: float) -> dict:
	return {
		"reference_doctype": INVOICE,
		"reference_name": invoice.name,
		"deal": invoice.deal,
		"due_date": invoice.due_date,
		"account": invoice.debit_to,
		"total_amount": invoice.grand_total,
		"outstanding_amount": invoice.outstanding_amount,
		"allocated_amount": amount,
		"exchange_rate": 1,
	}
