"""Ending a signed deal: who broke it, what is kept, two approvals, credit notes, refund.

Rules: docs/rules/deals.md, "Termination".
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import cint, flt, get_link_to_form, getdate, now_datetime

from agency_crm.accounting import invoices
from agency_crm.domain.money import ZERO
from agency_crm.framework import steps, workflow_guard
from agency_crm.services.deals import record as deals
from agency_crm.services.office import approvals


def prepare(termination) -> None:
	"""Record who prepares a termination; only a signed deal that goes on can be terminated."""
	deal = frappe.get_doc("Deal", termination.deal)
	deal.check_permission("write")
	if not deal.docstatus.is_submitted() or deal.phase != deals.LIVE:
		frappe.throw(
			_("Deal {0} is {1}: only a signed deal that isn't completed is terminated.").format(
				get_link_to_form("Deal", deal.name), frappe.bold(_(deal.status, context="Deal"))
			)
		)
	termination.prepared_by = frappe.session.user


def check_kept(termination) -> None:
	"""Refuse to keep more of a side's fees, VAT included, than its invoices bill less their credit notes."""
	left = invoices.left_of_sides(termination.deal)
	for side, kept in kept_fees(termination).items():
		most = max(left.get(side, ZERO), ZERO)
		if kept > most:
			frappe.throw(
				_(
					"Termination of deal {0}: {1} is to be kept of the side {2}, but only {3} is billed and not "
					"credited. Take back the approvals where there are any, and correct what is kept."
				).format(get_link_to_form("Deal", termination.deal), kept, _(side, context="Deal Fee"), most)
			)


def kept_fees(termination) -> dict[str, Decimal]:
	"""Side -> what is kept of its fees in CNY, VAT included."""
	return {
		"Buyer": Decimal(str(flt(termination.kept_buyer, 2))),
		"Seller": Decimal(str(flt(termination.kept_seller, 2))),
	}


def begin(termination) -> None:
	"""Move the deal into its terminating phase as soon as a termination is recorded."""
	workflow_guard.move(frappe.get_doc("Deal", termination.deal), deals.CLOSING)


def foresee(termination) -> None:
	"""Show in an open termination's form the refund as of now, and who approves next."""
	if termination.executed_on:
		return
	termination.refund_to_pay = invoices.foreseen_refund(termination.deal, kept_fees(termination))
	deal = frappe.get_doc("Deal", termination.deal)
	termination.set_onload("may_approve", bool(_approval_field(termination, deal)))


def approve(name: str) -> str | None:
	"""Note the user's approval as manager or as accountant; the second of two carries it out.

	The manager is the deal's approver, the accountant no sharer, and they are two people.
	Returns when it was carried out, else None. Raises PermissionError for anybody else.
	"""
	deal = frappe.db.get_value("Deal Termination", name, "deal")
	steps.commit()  # nothing is written yet, and what is read from here on is what is there when the lock is given
	invoices.lock(deal)
	termination = frappe.get_doc("Deal Termination", name, for_update=True)
	deal = frappe.get_doc("Deal", termination.deal)
	if termination.executed_on:
		frappe.throw(_("Termination {0} was already carried out.").format(name))
	field = _approval_field(termination, deal) or _refuse(termination, deal)
	check_kept(termination)  # an invoice may have been credited since
	termination.db_set(field, frappe.session.user)
	if not (termination.manager_approved_by and termination.accountant_approved_by):
		return None
	execute(termination, deal)
	return str(termination.executed_on)


def take_back_approvals(name: str) -> None:
	"""Take back the approvals of a termination that wasn't carried out, so that it can be corrected.

	Whoever approved it may, and whoever could approve it. Raises PermissionError for anybody else.
	"""
	termination = frappe.get_doc("Deal Termination", name, for_update=True)
	if termination.executed_on:
		frappe.throw(_("Termination {0} was already carried out.").format(name))
	approved = {termination.manager_approved_by, termination.accountant_approved_by}
	deal = frappe.get_doc("Deal", termination.deal)
	if frappe.session.user not in approved and not (_is_manager(deal) or _is_accountant(deal)):
		_refuse(termination, deal)
	if not any(approved):
		frappe.throw(_("Nobody has approved termination {0} yet.").format(name))
	termination.db_set({"manager_approved_by": None, "accountant_approved_by": None})
	termination.add_comment("Info", _("The approvals were taken back."))


def execute(termination, deal) -> None:
	"""Credit each side down to what is kept, name the refund and its day, end the deal, free the listing."""
	refund = invoices.credit_deal(deal, kept=kept_fees(termination))
	days = cint(frappe.db.get_single_value("Agency Settings", "refund_days"))
	termination.db_set(
		{
			"executed_on": now_datetime(),
			"refund_to_pay": refund,
			"refund_due_on": working_day(getdate(), days, deal.company),
		}
	)
	workflow_guard.move(frappe.get_doc("Deal", deal.name), deals.DEAD)


def working_day(start: date, days: int, company: str) -> date:
	"""The day `days` working days after `start` by the company's holiday list, else Monday to Friday."""
	holiday_list = frappe.db.get_value("Company", company, "default_holiday_list")
	holidays = set(frappe.get_all("Holiday", filters={"parent": holiday_list}, pluck="holiday_date"))
	day = start
	while days > 0:
		day += timedelta(days=1)
		if day not in holidays and (holiday_list or day.weekday() < 5):
			days -= 1
	return day


def _approval_field(termination, deal) -> str | None:
	"""The approval that is the user's to give; None where none is."""
	user = frappe.session.user
	mine = {termination.manager_approved_by, termination.accountant_approved_by}
	if user not in mine:
		if not termination.manager_approved_by and _is_manager(deal):
			return "manager_approved_by"
		if not termination.accountant_approved_by and _is_accountant(deal):
			return "accountant_approved_by"
	return None


def _is_manager(deal) -> bool:
	return frappe.session.user in approvals.approvers(deal)


def _is_accountant(deal) -> bool:
	shares = frappe.session.user in approvals.involvement(deal)
	return approvals.ACCOUNTANT in frappe.get_roles() and not shares


def _refuse(termination, deal) -> NoReturn:
	frappe.throw(
		_("Termination {0} is approved by {1} and by an accountant who has no share in the deal.").format(
			termination.name, approvals.names(approvals.approvers(deal))
		),
		frappe.PermissionError,
		title=_("Not Yours to Approve"),
	)
