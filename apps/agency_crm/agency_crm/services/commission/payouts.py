"""Commission Payout: open amounts are collected by payee, deducted from, approved by a second person, paid.

Rules: docs/rules/commission.md, "Payouts", and docs/rules/visibility.md, "Who approves".
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import getdate

from agency_crm.accounting import payables, payouts, settings, standing
from agency_crm.domain.commission import payout as rules
from agency_crm.domain.money import ZERO, apportion, exact
from agency_crm.framework import messages

NOT_CONFIRMED, HELD = "Split Not Confirmed", "Commission Is Held"
BLOCKED, OFF = "Payee Is Blocked", "Ledger Says Otherwise"
ENTERED = ("tax_withheld", "advance_recovered", "retention", "other_deduction", "deduction_reason")


Gross = dict[payouts.Payee, Decimal]


class LeftOut(NamedTuple):
	"""What a payout doesn't pay although it is open, and why."""

	payee: payouts.Payee
	deal: str | None
	amount: Decimal
	reason: str
	ledger_difference: Decimal = ZERO


class Due(NamedTuple):
	"""What is paid: accrual rows, what is open of each payee, what of it was paid by hand; and what isn't."""

	rows: list[frappe._dict]
	gross: Gross
	by_hand: Gross
	left_out: list[LeftOut]


def collect(payout) -> None:
	"""Fill a draft's rows with what is open for each payee, and say who is left out and why.

	Deductions already entered stay with their payee. Raises ValidationError where the payout is dated before what
	it pays.
	"""
	payout.prepared_by = frappe.session.user
	payout.bank_account = payout.bank_account or settings.for_company(
		payout.company, payout.posting_date
	).get("default_bank")
	entered = {payouts.key(row): row for row in payout.rows}
	due = _due(payout)
	_check_day(payout, due)
	_say_what_is_not_booked(payout, due)
	names = payables.names({payee[1:] for payee in (*due.gross, *(left.payee for left in due.left_out))})
	methods = _tax_methods(payee.agent for payee in due.gross)
	payout.set("rows", [])
	for payee, amount in sorted(due.gross.items(), key=lambda item: _by_name(item[0], names)):
		row = {**payee._asdict(), "payee_name": names.get(payee[1:]), "gross": amount}
		row["tax_method"] = _tax_method(payee, methods)
		row["paid_by_hand"] = due.by_hand.get(payee, ZERO)
		if payee in entered:
			row |= {field: entered[payee].get(field) for field in ENTERED}
		payout.append("rows", row)
	payout.set("left_out", [])
	for left in sorted(due.left_out, key=lambda left: _by_name(left.payee, names)):
		row = {**left.payee._asdict(), "payee_name": names.get(left.payee[1:]), "deal": left.deal}
		row |= {"amount": left.amount, "reason": left.reason, "ledger_difference": left.ledger_difference}
		payout.append("left_out", row)


def set_amounts(payout) -> None:
	"""Set each row's tax where a table says it, the amount paid and the amount carried; then the totals, CNY.

	Raises ValidationError where deductions exceed the gross, or one has no reason.
	"""
	_set_labour_tax(payout)
	for row in payout.rows:
		if row.tax_method == "Invoice":
			row.tax_withheld = 0
		if row.other_deduction and not (row.deduction_reason or "").strip():
			frappe.throw(
				_("Row {0}, {1}: say in {2} what the other deduction is for.").format(
					row.idx, row.payee_name, frappe.bold(_("Reason"))
				),
				frappe.MandatoryError,
			)
		deductions = sum((exact(row.get(field)) for field in payouts.DEDUCTIONS), ZERO)
		with messages.reading(row, "net"):
			row.net, row.carried_forward = rules.net(_income(row), deductions)
	paid = [row for row in payout.rows if exact(row.gross) > 0]
	payout.total_gross = sum((exact(row.gross) for row in paid), ZERO)
	payout.total_net = sum((exact(row.net) for row in paid), ZERO)


def _set_labour_tax(payout) -> None:
	"""Tax each payee's labour service with what they were paid in the same month."""
	day = getdate(payout.posting_date)
	earlier, withheld = payouts.labour_of_month(payout.company, day, payout.name)
	for row in payout.rows:
		if row.tax_method == "Labour Service":
			income = max(_income(row), ZERO)
			with messages.reading(row, "tax_withheld"):
				row.tax_withheld = rules.month_tax(income, earlier[row.agent], withheld[row.agent], day)
			earlier[row.agent] += income
			withheld[row.agent] += row.tax_withheld


def _income(row) -> Decimal:
	"""What this payout brings a payee, CNY."""
	return exact(row.gross) - exact(row.paid_by_hand)


def check_approver(payout) -> None:
	"""Refuse approval by whoever made or changed the payout, and a change made while approving."""
	user, before = frappe.session.user, payout.get_doc_before_save()
	if not before or _entries(before) != _entries(payout):
		frappe.throw(
			_("Commission Payout {0} was changed: save it, and let somebody else approve it.").format(
				payout.name
			)
		)
	if not frappe.db.get_single_value("Agency Settings", "same_person_may_approve"):
		changed = {"ref_doctype": "Commission Payout", "docname": payout.name, "owner": user}
		if user in (payout.owner, payout.prepared_by) or frappe.db.exists("Version", changed):
			frappe.throw(
				_(
					"Commission Payout {0}: you prepared it, so somebody else approves it. "
					"An office of one accountant can allow it in Agency Settings."
				).format(payout.name),
				frappe.PermissionError,
				title=_("A Second Person Approves"),
			)
	payout.approved_by = user


def pay(payout) -> None:
	"""Pay what the rows say, provided that it is exactly what is open now."""
	due = _due(payout, lock=True)
	rows = {payouts.key(row): (exact(row.gross), exact(row.paid_by_hand)) for row in payout.rows}
	if rows != {payee: (amount, due.by_hand.get(payee, ZERO)) for payee, amount in due.gross.items()}:
		frappe.throw(
			_("Commission Payout {0}: what is open has changed since it was prepared. Save it again.").format(
				payout.name
			)
		)
	if not payout.total_gross:
		frappe.throw(_("Commission Payout {0}: there is nothing to pay.").format(payout.name))
	payout.db_set({"journal_entry": payouts.pay(payout, due.rows), "status": "Paid"})


def take_back(payout) -> None:
	"""Cancel the journal of a cancelled payout; its rows are open again."""
	payouts.take_back(payout)
	payout.db_set("status", "Cancelled")


def _due(payout, lock: bool = False) -> Due:
	"""Return whom the payout pays what at this moment, and what it leaves out."""
	rows, left_out = _ready_rows(payout, lock)
	gross = _gross(rows)
	by_hand: dict[payouts.Payee, Decimal] = {}
	for payees, reason, difference in _obstacles(payout, gross):
		shares = _shares(difference, payees)
		if reason == OFF and shares and _accepted(payout, payees) == difference:
			by_hand |= shares
			continue
		left_out += [LeftOut(payee, None, amount, reason, difference) for payee, amount in payees.items()]
		gross = {payee: amount for payee, amount in gross.items() if payee not in payees}
	return Due([row for row in rows if payouts.key(row) in gross], gross, by_hand, left_out)


def _ready_rows(payout, lock: bool) -> tuple[list[frappe._dict], list[LeftOut]]:
	"""The open accrual rows that may be paid, and the others by payee, deal and reason."""
	held = standing.held_deals(payout.company)
	ready, left = [], defaultdict(Decimal)
	for row in payouts.open_rows(payout.company, getdate(payout.period_end), lock):
		if row.deal in held:
			left[payouts.key(row), row.deal, HELD] += exact(row.amount)
		elif not row.confirmed_on:
			left[payouts.key(row), row.deal, NOT_CONFIRMED] += exact(row.amount)
		else:
			ready.append(row)
	return ready, [
		LeftOut(payee, deal, amount, reason) for (payee, deal, reason), amount in left.items() if amount
	]


def _gross(rows: list[frappe._dict]) -> Gross:
	"""Payee -> what is open, CNY; those whose rows come to nothing are left out."""
	found: Gross = defaultdict(lambda: ZERO)
	for row in rows:
		found[payouts.key(row)] += exact(row.amount)
	return {payee: amount for payee, amount in found.items() if amount}


def _obstacles(payout, gross: Gross) -> Iterator[tuple[Gross, str, Decimal]]:
	"""(what is open of the payees of one party, why it can't be paid, accruals less ledger) where there is one."""
	parties: dict[payables.Party, Gross] = defaultdict(dict)
	for payee, amount in gross.items():
		if amount > 0:
			parties[payee.party_type, payee.party][payee] = amount
	blocked, differences = payables.blocked(parties), payables.differences(payout.company)
	for party, payees in parties.items():
		if party in blocked:
			yield payees, BLOCKED, ZERO
		elif party in differences:
			yield payees, OFF, differences[party]


def _shares(by_hand: Decimal, payees: Gross) -> Gross | None:
	"""Split an amount paid by hand by what is due to each payee; None where it is no part of what is open."""
	if not 0 < by_hand <= sum(payees.values(), ZERO):
		return None
	return dict(zip(payees, apportion(by_hand, [*payees.values()]), strict=True))


def _accepted(payout, payees: Gross) -> Decimal:
	"""Return what the draft says was paid to a party by hand: in its rows, or by a tick at those left out."""
	for row in payout.get("left_out"):
		if row.book_as_paid and payouts.key(row) in payees:
			return exact(row.ledger_difference)
	return sum((exact(row.paid_by_hand) for row in payout.rows if payouts.key(row) in payees), ZERO)


def _say_what_is_not_booked(payout, due: Due) -> None:
	"""Say why a payment by hand that the draft names isn't booked as one."""
	asked = [
		row for row in payout.get("left_out") if row.book_as_paid and payouts.key(row) not in due.by_hand
	]
	for party, row in {(row.party_type, row.party): row for row in asked}.items():
		ready = [left for left in due.left_out if left.payee[1:] == party and left.reason == OFF]
		by_hand = payables.differences(payout.company).get(party, ZERO)
		frappe.msgprint(
			_(
				"Nothing is booked as paid by hand to {0}: by the ledger that is {1}, and {2} is ready to be paid. "
				"It is booked once as much is ready."
			).format(
				frappe.bold(row.payee_name), max(by_hand, ZERO), sum((left.amount for left in ready), ZERO)
			),
			title=_("Not Booked as Paid"),
		)


def _check_day(payout, due: Due) -> None:
	"""Refuse to pay on a day before the accrual."""
	days = [row.posting_date for row in due.rows if due.gross[payouts.key(row)] > 0]
	if days and max(days) > getdate(payout.posting_date):
		label = payout.meta.get_label
		frappe.throw(
			_(
				"{0} must not be before {1}, the day of the latest accrual it pays. Lower {2} or raise it."
			).format(
				frappe.bold(_(label("posting_date"), context=payout.doctype)),
				frappe.format(max(days), "Date"),
				frappe.bold(_(label("period_end"), context=payout.doctype)),
			)
		)


def _by_name(payee: payouts.Payee, names: dict) -> tuple:
	return names.get(payee[1:], ""), payee.agent or ""


def _tax_methods(agents) -> dict[str, str]:
	names = [agent for agent in agents if agent]
	return dict(frappe.get_all("Agent", {"name": ("in", names)}, ["name", "tax_method"], as_list=True))


def _tax_method(payee: payouts.Payee, methods: dict[str, str]) -> str:
	"""Return how a payee is taxed: as their Agent says, but an employee never by invoice."""
	method = methods.get(payee.agent, "Invoice")
	return "Payroll" if method == "Invoice" and payee.party_type == "Employee" else method


def _entries(payout) -> list[tuple]:
	amounts = ("gross", "paid_by_hand", *payouts.DEDUCTIONS)
	rows = [(payouts.key(row), *(exact(row.get(field)) for field in amounts)) for row in payout.rows]
	return [
		(str(payout.company), getdate(payout.period_end), getdate(payout.posting_date), payout.bank_account),
		*rows,
	]
