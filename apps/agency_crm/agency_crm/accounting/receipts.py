"""Receiving a deal's money: ERPNext's Payment Entry, begun from the deal, each of its rows with its deal."""

import json
from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cstr, flt, get_link_to_form

from agency_crm.accounting import ledger, settings
from agency_crm.domain.commission import receipts as rules
from agency_crm.domain.money import exact

INVOICE = "Sales Invoice"
MONEY = "money_of_deals"  # field of Payment Entry: what of it is which deal's, as JSON


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
	"""Payment Entry event: what settles a deal's invoice carries that deal, each row and the whole.

	What of the money is whose is remembered: ERPNext drops the row once it settles nothing.
	"""
	rows = [row for row in payment.references if row.reference_doctype == INVOICE]
	deals = ledger.deals_of([row.reference_name for row in rows])
	settled: dict[str, Decimal] = defaultdict(Decimal)
	for row in payment.references:
		row.deal = deals.get(row.reference_name) if row.reference_doctype == INVOICE else None
		if row.deal:
			settled[row.deal] += _settled(payment.payment_type, row.allocated_amount)
	if not payment.deal and len(set(deals.values())) == 1:
		payment.deal = next(iter(deals.values()))
	submitted = method == "before_update_after_submit"
	before = _read(frappe.db.get_value("Payment Entry", payment.name, MONEY)) if submitted else {}
	whole = exact(payment.total_allocated_amount) + exact(payment.unallocated_amount)
	payment.set(MONEY, _written(rules.remembered(before, settled, whole)))


def loose_shares(payments: Collection[str]) -> dict[tuple[str, str], dict[str, Decimal]]:
	"""(Payment Entry, Customer) -> deal -> what is that deal's of it and settles nothing of the deal; CNY."""
	payment, row = frappe.qb.DocType("Payment Entry"), frappe.qb.DocType("Payment Entry Reference")
	remembered = (
		frappe.qb.from_(payment)
		.select(payment.name, payment.party, payment[MONEY])
		.where(payment.name.isin([*payments, ""]) & (payment.docstatus == 1) & (payment[MONEY] != ""))
		.run()
	)
	settled = (
		frappe.qb.from_(row)
		.join(payment)
		.on((row.parent == payment.name) & (row.parenttype == "Payment Entry"))
		.select(payment.name, payment.party, row.deal, payment.payment_type, row.allocated_amount)
		.where(payment.name.isin([name for name, *_more in remembered] or [""]) & (row.deal != ""))
		.run()
	)
	found: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for name, party, money in remembered:
		found[name, party].update(_read(money))
	for name, party, deal, payment_type, amount in settled:
		found[name, party][deal] -= _settled(payment_type, amount)
	return found


def _settled(payment_type: str, allocated: float) -> Decimal:
	"""What a row settles; below 0 what is paid back, which ERPNext allocates to a credit note below 0 too."""
	amount = exact(allocated)
	return amount if payment_type == "Receive" else -abs(amount)


def _read(money: str | None) -> dict[str, Decimal]:
	return {deal: Decimal(amount) for deal, amount in json.loads(money or "{}").items()}


def _written(money: dict[str, Decimal]) -> str | None:
	return json.dumps({deal: str(amount) for deal, amount in money.items()}) if money else None


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
