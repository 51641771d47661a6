"""What payees are owed in commission, by our accruals and by ERPNext's general ledger."""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Sum

from agency_crm.accounting.standing import posted_rows
from agency_crm.domain.money import ZERO, exact

Party = tuple[str, str]  # ("Employee" or "Supplier", name)


def by_accruals(company: str | None) -> dict[Party, Decimal]:
	"""Payee -> CNY accrued and not paid; of every company when None."""
	accrual, row, posted = posted_rows()
	query = (
		posted.select(row.party_type, row.party, Sum(row.amount))
		.where(row.payout.isnull() | (row.payout == ""))
		.groupby(row.party_type, row.party)
	)
	if company:
		query = query.where(accrual.company == company)
	return {(kind, party): exact(amount) for kind, party, amount in query.run()}


def by_ledger(company: str | None) -> dict[Party, Decimal]:
	"""Payee -> the balance of the commission payable accounts, CNY: those of Agency Settings and those credited."""
	accounts = _accounts(company)
	if not accounts:
		return {}
	entry = frappe.qb.DocType("GL Entry")
	found = (
		frappe.qb.from_(entry)
		.select(entry.party_type, entry.party, Sum(entry.credit - entry.debit))
		.where(entry.account.isin(list(accounts)) & (entry.is_cancelled == 0))
		.groupby(entry.party_type, entry.party)
		.run()
	)
	return {(kind, party): exact(amount) for kind, party, amount in found}


def differences(company: str) -> dict[Party, Decimal]:
	"""Payee -> our accruals less the ledger where they differ: above 0 somebody was paid by hand."""
	ours, books = by_accruals(company), by_ledger(company)
	found = {party: ours.get(party, ZERO) - books.get(party, ZERO) for party in {*ours, *books}}
	return {party: amount for party, amount in found.items() if amount}


def blocked(payees: Iterable[Party]) -> set[Party]:
	"""Those of the payees for whom ERPNext refuses a voucher: Suppliers that are disabled or frozen."""
	keys = [party for kind, party in payees if kind == "Supplier"]
	either = {"disabled": 1, "is_frozen": 1}
	found = frappe.get_all("Supplier", {"name": ("in", keys)}, or_filters=either, pluck="name")
	return {("Supplier", name) for name in found}


def _accounts(company: str | None) -> set[str]:
	"""The accounts that commission is, or once was, payable on."""
	rows = [
		row for row in frappe.get_cached_doc("Agency Settings").companies if company in (None, row.company)
	]
	named = {account for row in rows for account in (row.payable_employees, row.payable_suppliers)}
	accrual, row = frappe.qb.DocType("Commission Accrual"), frappe.qb.DocType("Commission Accrual Row")
	credited = (
		frappe.qb.from_(row)
		.join(accrual)
		.on((accrual.name == row.parent) & (row.parenttype == "Commission Accrual"))
		.select(row.account)
		.distinct()
	)
	if company:
		credited = credited.where(accrual.company == company)
	return (named | set(credited.run(pluck=True))) - {None, ""}


def names(payees: Iterable[Party]) -> dict[Party, str]:
	"""Payee -> the name people know them by."""
	found = {}
	for doctype, field in (("Employee", "employee_name"), ("Supplier", "supplier_name")):
		keys = [party for kind, party in payees if kind == doctype]
		if keys:
			rows = frappe.get_all(doctype, {"name": ("in", keys)}, ["name", field], as_list=True)
			found.update({(doctype, name): title for name, title in rows})
	return found
