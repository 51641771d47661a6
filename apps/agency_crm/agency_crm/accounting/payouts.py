"""Accrued commission that is paid: which rows are open, and the one journal that pays them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_first_day, get_last_day

from agency_crm.accounting import accruals, journals, settings
from agency_crm.accounting.standing import POSTED, posted_rows
from agency_crm.domain.money import ZERO, exact

Amounts = dict[str, Decimal]


class Payee(NamedTuple):
	"""Whom a row of a payout is about: an agent, or an outside agency, and the party that is paid for them."""

	agent: str | None
	party_type: str
	party: str


# Commission Payout Row field -> account field of Agency Company Settings
DEDUCTIONS = {
	"tax_withheld": "tax_withheld",
	"advance_recovered": "advances",
	"retention": "retention",
	"other_deduction": "other_deductions",
}


def key(row) -> Payee:
	"""The payee of a row of a payout or of an accrual."""
	return Payee(row.agent or None, row.party_type, row.party)


def open_rows(company: str, upto: date, lock: bool = False) -> list[frappe._dict]:
	"""Return unpaid rows of posted accruals up to a day: payee, account, amount, deal, day, confirmation.

	With `lock` they are read as they are now and locked: two payouts can't pay one row.
	"""
	accrual, row, posted = posted_rows()
	split = frappe.qb.DocType("Deal Split")
	query = (
		posted.join(split)
		.on(split.name == row.deal_split)
		.select(row.name, row.agent, row.party_type, row.party, row.account, row.amount)
		.select(accrual.deal, accrual.posting_date, split.confirmed_on)
		.where((accrual.company == company) & (accrual.posting_date <= upto))
		.where(row.payout.isnull() | (row.payout == ""))
		.orderby(accrual.posting_date)
		.orderby(accrual.name)
		.orderby(row.idx)
	)
	return (query.for_update() if lock else query).run(as_dict=True)


def pay(payout, rows: Sequence[frappe._dict]) -> str | None:
	"""Post a Commission Payout and note it on the accrual `rows` it pays; returns the Journal Entry.

	It is None where all of it was paid by hand. Dr the accounts that the rows credited / Cr bank net, tax withheld, advances and the rest; a payee who is
	paid nothing has no line and their rows stay open.
	"""
	accounts = settings.for_company(payout.company, payout.posting_date)
	paid = {key(row): row for row in payout.rows if exact(row.gross) > 0}
	cleared = [row for row in rows if key(row) in paid]
	lines = [
		journals.Line(account, amount, payee.party_type, payee.party, remark=paid[payee].payee_name)
		for payee, account, amount in _to_clear(cleared, paid)
	]
	bank = payout.bank_account or settings.account(accounts, "default_bank")
	lines.append(journals.Line(bank, -sum((exact(row.net) for row in paid.values()), ZERO)))
	for field, account in DEDUCTIONS.items():
		for row in paid.values():
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
	_stamp(cleared, payout.name)
	return journal


def _to_clear(
	rows: Sequence[frappe._dict], paid: dict[Payee, Document]
) -> Iterator[tuple[Payee, str, Decimal]]:
	"""(payee, account, amount) to debit: what the rows credited, less what was paid by hand."""
	credited: dict[Payee, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for row in rows:
		credited[key(row)][row.account] += exact(row.amount)
	for payee, accounts in credited.items():
		by_hand = exact(paid[payee].paid_by_hand)
		for account, amount in accounts.items():
			taken = min(by_hand, max(amount, ZERO))
			by_hand -= taken
			yield payee, account, amount - taken


def take_back(payout) -> None:
	"""Cancel the payout's journal; its accrual rows are open again."""
	if payout.journal_entry:
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
	"""(paid, deductions) of an agent up to a day by the payouts of `company`, CNY; by hand is paid too."""
	payout, row = frappe.qb.DocType("Commission Payout"), frappe.qb.DocType("Commission Payout Row")
	query = (
		frappe.qb.from_(row)
		.join(payout)
		.on((payout.name == row.parent) & (row.parenttype == "Commission Payout"))
		.select(row.gross, row.net + row.paid_by_hand)
		.where((payout.docstatus == 1) & (payout.company == company) & (payout.posting_date <= upto))
		.where((row.agent == agent) & (row.gross > 0))
	)
	if since:
		query = query.where(payout.posting_date >= since)
	rows = query.run()
	net = sum((exact(row[1]) for row in rows), ZERO)
	return net, sum((exact(row[0]) for row in rows), ZERO) - net


def labour_of_month(company: str, day: date, without: str | None) -> tuple[Amounts, Amounts]:
	"""Agent -> income from labour service paid in a day's month, and agent -> tax withheld from it.

	All payouts of `company` but `without`.
	"""
	payout, row = frappe.qb.DocType("Commission Payout"), frappe.qb.DocType("Commission Payout Row")
	rows = (
		frappe.qb.from_(row)
		.join(payout)
		.on((payout.name == row.parent) & (row.parenttype == "Commission Payout"))
		.select(row.agent, row.gross - row.paid_by_hand, row.tax_withheld)
		.where((payout.docstatus == 1) & (payout.company == company) & (payout.name != (without or "")))
		.where(payout.posting_date[get_first_day(day) : get_last_day(day)])
		.where((row.tax_method == "Labour Service") & (row.gross > 0))
		.run()
	)
	income: Amounts = defaultdict(Decimal)
	withheld: Amounts = defaultdict(Decimal)
	for agent, amount, tax in rows:
		income[agent] += exact(amount)
		withheld[agent] += exact(tax)
	return income, withheld


def agents_between(company: str, start: date, end: date) -> list[str]:
	"""Agents for whom something was accrued or paid from `start` to `end`."""
	found = set()
	for doctype, filters in (
		("Commission Accrual", {"status": POSTED}),
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
	accruals.note_paid(sorted({accrual_row.deal for accrual_row in rows}))
