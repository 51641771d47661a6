"""Accrued commission that is paid: which rows are open, and the one journal that pays them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import frappe
from frappe import _

from agency_crm.accounting import accruals, journals, settings
from agency_crm.domain.money import ZERO, exact

# Commission Payout Row field -> account field of Agency Company Settings
DEDUCTIONS = {
	"tax_withheld": "tax_withheld",
	"advance_recovered": "advances",
	"retention": "retention",
	"other_deduction": "other_deductions",
}


def open_rows(company: str, upto: date, lock: bool = False) -> list[frappe._dict]:
	"""Rows of posted accruals up to a day that are confirmed and not paid: name, deal, agent, party, amount.

	A deal with a held accrual is left out whole: what is posted of it isn't all.
	With `lock` they are read as they stand now and held: two payouts can't pay one row.
	"""
	accrual, row = frappe.qb.DocType("Commission Accrual"), frappe.qb.DocType("Commission Accrual Row")
	split, held = frappe.qb.DocType("Deal Split"), frappe.qb.DocType("Commission Accrual").as_("held")
	query = (
		frappe.qb.from_(row)
		.join(accrual)
		.on((accrual.name == row.parent) & (row.parenttype == "Commission Accrual"))
		.join(split)
		.on(split.name == row.deal_split)
		.select(row.name, row.agent, row.party_type, row.party, row.amount, accrual.deal)
		.where((accrual.status == accruals.POSTED) & (accrual.company == company))
		.where(accrual.posting_date <= upto)
		.where(row.payout.isnull() | (row.payout == ""))
		.where(split.confirmed_on.isnotnull())
		.where(
			accrual.deal.notin(frappe.qb.from_(held).select(held.deal).where(held.status == accruals.HELD))
		)
		.orderby(accrual.posting_date)
		.orderby(accrual.name)
		.orderby(row.idx)
	)
	return (query.for_update() if lock else query).run(as_dict=True)


def pay(payout, rows: Sequence[frappe._dict]) -> str:
	"""Post a Commission Payout and note it on the accrual `rows` it pays; returns the Journal Entry.

	Dr payable gross / Cr bank net, tax withheld, advances and the rest; a payee who is paid nothing has no
	line and their rows stay open.
	"""
	accounts = settings.for_company(payout.company, payout.posting_date)
	paid = [row for row in payout.rows if exact(row.gross) > 0]
	lines = [
		journals.Line(
			settings.payable(accounts, row.party_type),
			exact(row.gross),
			row.party_type,
			row.party,
			remark=row.payee_name,
		)
		for row in paid
	]
	bank = payout.bank_account or settings.account(accounts, "default_bank")
	lines.append(journals.Line(bank, -sum((exact(row.net) for row in paid), ZERO)))
	for field, account in DEDUCTIONS.items():
		for row in paid:
			if amount := exact(row.get(field)):
				lines.append(
					journals.Line(settings.account(accounts, account), -amount, remark=row.payee_name)
				)
	journal = journals.post(
		payout.company,
		payout.posting_date,
		lines,
		_("Commission payout {0}").format(payout.name),
		settings.cost_center(None, payout.company),
	)
	payees = {(row.party_type, row.party) for row in paid}
	_stamp([row for row in rows if (row.party_type, row.party) in payees], payout.name)
	return journal


def take_back(payout) -> None:
	"""Cancel the payout's journal; what it paid is open again."""
	journals.cancel(payout.journal_entry)
	row, accrual = frappe.qb.DocType("Commission Accrual Row"), frappe.qb.DocType("Commission Accrual")
	rows = (
		frappe.qb.from_(row)
		.join(accrual)
		.on(accrual.name == row.parent)
		.select(row.name, accrual.deal)
		.where(row.payout == payout.name)
		.run(as_dict=True)
	)
	_stamp(rows, None)


def paid_to(agent: str, company: str, upto: date, since: date | None = None) -> tuple[Decimal, Decimal]:
	"""(net, deductions) that an agent was paid up to a day by the payouts of `company`, CNY."""
	payout, row = frappe.qb.DocType("Commission Payout"), frappe.qb.DocType("Commission Payout Row")
	query = (
		frappe.qb.from_(row)
		.join(payout)
		.on((payout.name == row.parent) & (row.parenttype == "Commission Payout"))
		.select(row.gross, row.net)
		.where((payout.docstatus == 1) & (payout.company == company) & (payout.posting_date <= upto))
		.where((row.agent == agent) & (row.gross > 0))
	)
	if since:
		query = query.where(payout.posting_date >= since)
	rows = query.run()
	net = sum((exact(row[1]) for row in rows), ZERO)
	return net, sum((exact(row[0]) for row in rows), ZERO) - net


def agents_between(company: str, start: date, end: date) -> list[str]:
	"""Agents for whom something was accrued or paid from `start` to `end`."""
	found = set()
	for doctype, filters in (
		("Commission Accrual", {"status": accruals.POSTED}),
		("Commission Payout", {"docstatus": 1}),
	):
		filters |= {"company": company, "posting_date": ("between", (start, end))}
		parents = frappe.get_all(doctype, filters=filters, pluck="name")
		rows = {"parenttype": doctype, "parent": ("in", parents), "agent": ("is", "set")}
		found |= set(frappe.get_all(f"{doctype} Row", filters=rows, pluck="agent", distinct=True))
	return sorted(found)


def _stamp(rows: Sequence[frappe._dict], payout: str | None) -> None:
	if not rows:
		return
	row = frappe.qb.DocType("Commission Accrual Row")
	names = [accrual_row.name for accrual_row in rows]
	frappe.qb.update(row).set(row.payout, payout).where(row.name.isin(names)).run()
	accruals.note_totals(sorted({accrual_row.deal for accrual_row in rows}))
