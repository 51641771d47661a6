"""Commission Payout: what is open is collected by payee, deducted from, approved by a second person, paid.

Rules: rules.md §4 (nobody both prepares and approves) and §7 (gross, deductions, net never below 0).
"""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import getdate

from agency_crm.accounting import payables, payouts, settings
from agency_crm.domain import payout as rules
from agency_crm.domain.money import ZERO, exact
from agency_crm.services import messages

ENTERED = ("tax_withheld", "advance_recovered", "retention", "other_deduction", "deduction_reason")


def collect(payout) -> None:
	"""Fill a draft's rows with what is open for each payee; deductions already entered stay with their payee."""
	payout.prepared_by = frappe.session.user
	payout.bank_account = payout.bank_account or settings.for_company(
		payout.company, payout.posting_date
	).get("default_bank")
	entered = {payouts.key(row): row for row in payout.rows}
	gross = _gross(payouts.open_rows(payout.company, getdate(payout.period_end)))
	names = payables.names({(payee.party_type, payee.party) for payee in gross})
	methods = _tax_methods(payee.agent for payee in gross)
	payout.set("rows", [])
	for payee, amount in sorted(
		gross.items(), key=lambda item: (names.get(item[0][1:], ""), item[0].agent or "")
	):
		row = {**payee._asdict(), "payee_name": names.get(payee[1:]), "gross": amount}
		row["tax_method"] = methods.get(payee.agent, "Invoice")
		if payee in entered:
			row |= {field: entered[payee].get(field) for field in ENTERED}
		payout.append("rows", row)


def set_amounts(payout) -> None:
	"""Set each row's tax where a table says it, what is paid and what is carried; then the totals, CNY.

	Raises ValidationError where deductions exceed the gross, or one has no reason.
	"""
	for row in payout.rows:
		if row.tax_method == "Labour Service":
			with messages.reading(row, "tax_withheld"):
				row.tax_withheld = rules.labour_service_tax(exact(row.gross), getdate(payout.posting_date))
		elif row.tax_method == "Invoice":
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
			row.net, row.carried_forward = rules.net(exact(row.gross), deductions)
	paid = [row for row in payout.rows if exact(row.gross) > 0]
	payout.total_gross = sum((exact(row.gross) for row in paid), ZERO)
	payout.total_net = sum((exact(row.net) for row in paid), ZERO)


def check_approver(payout) -> None:
	"""Whoever made or changed a payout doesn't approve it, nor changes it by approving (rules.md §4)."""
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
	"""Pay what the rows say, if that is what is open at this moment."""
	open_rows = payouts.open_rows(payout.company, getdate(payout.period_end), lock=True)
	if _gross(open_rows) != {payouts.key(row): exact(row.gross) for row in payout.rows}:
		frappe.throw(
			_("Commission Payout {0}: what is open has changed since it was prepared. Save it again.").format(
				payout.name
			)
		)
	if not payout.total_gross:
		frappe.throw(_("Commission Payout {0}: there is nothing to pay.").format(payout.name))
	payout.db_set({"journal_entry": payouts.pay(payout, open_rows), "status": "Paid"})


def take_back(payout) -> None:
	"""A cancelled payout paid nothing: its journal is cancelled, its rows are open again."""
	payouts.take_back(payout)
	payout.db_set("status", "Cancelled")


def _gross(open_rows: list[frappe._dict]) -> dict[payouts.Payee, Decimal]:
	"""Payee -> what is open, CNY; those whose rows come to nothing are left out."""
	found: dict[payouts.Payee, Decimal] = defaultdict(lambda: ZERO)
	for row in open_rows:
		found[payouts.key(row)] += exact(row.amount)
	return {payee: amount for payee, amount in found.items() if amount}


def _tax_methods(agents) -> dict[str, str]:
	names = [agent for agent in agents if agent]
	return dict(frappe.get_all("Agent", {"name": ("in", names)}, ["name", "tax_method"], as_list=True))


def _entries(payout) -> list[tuple]:
	amounts = ("gross", *payouts.DEDUCTIONS)
	rows = [(payouts.key(row), *(exact(row.get(field)) for field in amounts)) for row in payout.rows]
	return [
		(str(payout.company), getdate(payout.period_end), getdate(payout.posting_date), payout.bank_account),
		*rows,
	]
