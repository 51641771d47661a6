"""The life of a deal: who approves it, what it reserves, and what each phase sets off.

No rule reads a state's name, only `phase`: Draft, Held (in review), Live (signed), Closing (being terminated),
Closed (completed), Dead (void or terminated).
"""

from functools import partial

import frappe
from frappe import _
from frappe.permissions import AUTOMATIC_ROLES
from frappe.utils import add_to_date, cint, get_link_to_form, now_datetime, today

from agency_crm.accounting import invoices, receipts
from agency_crm.domain.phases import CLOSING, DEAD, DRAFT, HELD, LIVE
from agency_crm.framework import jobs, notices, workflow_guard
from agency_crm.permissions.roles import ADMINISTRATOR
from agency_crm.services.clients import record, stages
from agency_crm.services.commission import splits
from agency_crm.services.deals import fees, listing, terms
from agency_crm.services.deals.listing import TAKING
from agency_crm.services.office import agents, approvals


def fill_from_links(deal) -> None:
	"""Set what the deal's links determine: type, agent, store, company, parties."""
	deal.deal_type = frappe.db.get_value("Listing", deal.listing, "listing_type")
	agents.set_agent_and_store(deal)
	if deal.docstatus.is_draft():
		deal.company = frappe.db.get_value("Store", deal.store, "company")
	if deal.is_new() and deal.client and not deal.parties:
		deal.append("parties", {"side": "Buyer", "client": deal.client, "share": 100})
		for owner in _owners(deal.listing):
			deal.append("parties", {"side": "Seller", **owner})


def check_seen(deal) -> None:
	"""Require that the deal's maker sees its listing and people; the listing's owners come with it."""
	if deal.flags.ignore_permissions:
		return
	if deal.is_new() or deal.has_value_changed("listing"):
		frappe.has_permission("Listing", "read", doc=deal.listing, throw=True)
	record.check_client_open(deal)
	record.check_named(deal, "parties", {owner.client for owner in _owners(deal.listing)})


def check_move(deal) -> None:
	"""Check and record the change of phase that `workflow_guard.check` has just allowed."""
	before = deal.get_doc_before_save()
	old = before.phase if before else DRAFT
	if old == HELD and deal.phase in (HELD, LIVE) and deal.flags.transition:
		_pass_review(deal)
	if deal.phase == HELD and deal.flags.system_state:
		_begin_review(deal)
	if old == DRAFT and deal.phase == HELD:
		_check_ready_for_review(deal)
		deal.submitted_for_review_by, deal.review_on = frappe.session.user, now_datetime()
		deal.manager_approved_by = None
		deal.split_template = deal.split_template or splits.template_for(deal)
	if deal.phase == DEAD and old in (DRAFT, HELD) and not (deal.void_reason or "").strip():
		frappe.throw(
			_("Deal {0}: say in {1} why it ends.").format(deal.name, frappe.bold(_("Reason for Ending"))),
			frappe.MandatoryError,
		)
	if deal.phase == CLOSING and old == LIVE:
		_require_termination(deal, {})
	if deal.phase == DEAD and deal.docstatus.is_submitted() and old != DEAD:
		_require_termination(deal, {"executed_on": ("is", "set")})
	deal.live_listing = deal.listing if deal.phase in TAKING else None


def _pass_review(deal) -> None:
	"""Check who passes a deal on: the first to do so in a review must be the store's approver.

	That holds whichever role the workflow names. A deal sent back to where reviews begin waits for that
	approver again.
	"""
	if deal.phase == HELD and deal.status in workflow_guard.states_between("Deal", DRAFT, HELD, entered=True):
		deal.manager_approved_by = None
		return
	as_manager = not deal.manager_approved_by
	approvals.check_approver(deal, as_manager)
	if as_manager:
		deal.manager_approved_by = frappe.session.user
		fees.approve_discounts(deal.name)


def _begin_review(deal) -> None:
	"""Let the system move a deal only into the first review: whoever moves a state's records approves nothing."""
	first = workflow_guard.states_between("Deal", DRAFT, HELD, entered=True)
	if first and deal.status not in first:
		frappe.throw(
			_("Deal {0}: its review begins with {1}; nobody is left out of it.").format(
				get_link_to_form("Deal", deal.name),
				frappe.bold(", ".join(_(state, context="Deal") for state in first)),
			)
		)
	deal.manager_approved_by = None


def _check_ready_for_review(deal) -> None:
	if problems := terms.missing_consents(deal):
		frappe.throw(problems, title=_("Deal {0} Can't Go to Review Yet").format(deal.name), as_list=True)


def check_ready_to_sign(deal) -> None:
	"""Refuse to sign an incomplete deal: consents, fees, discounts, splits of 100 %.

	Rules: docs/rules/deals.md, "Signing".
	"""
	deal.signed_on = deal.signed_on or today()
	problems = [*terms.problems(deal), *fees.problems(deal.name), *splits.problems(deal.name)]
	if problems:
		frappe.throw(problems, title=_("Deal {0} Can't Be Signed Yet").format(deal.name), as_list=True)
	for setting in ("split_base", "pooling"):
		# as the settings are on the day of signing, whatever they become
		deal.set(setting, frappe.db.get_single_value("Agency Settings", setting))


def sign(deal) -> None:
	"""On signing: freeze the splits, employ their agents, bill each fee row."""
	splits.freeze(deal.name)
	splits.employ(deal.name)
	invoices.bill_deal(deal)


def make_receipt(deal, customer: str | None = None):
	"""Return an unsaved Payment Entry of what a payer of `deal` still owes."""
	return receipts.make(deal, customer)


def check_not_invoiced(deal) -> None:
	"""Refuse to cancel a deal that was invoiced: it is terminated instead."""
	invoice = frappe.db.get_value(
		"Deal Fee", {"deal": deal.name, "sales_invoice": ("is", "set")}, "sales_invoice"
	)
	if invoice:
		frappe.throw(
			_("Deal {0} was invoiced ({1}): terminate it instead of cancelling it.").format(
				deal.name, get_link_to_form("Sales Invoice", invoice)
			),
			title=_("Already Invoiced"),
		)
	deal.live_listing = None


def follow_phase(deal) -> None:
	"""After the deal's own write: update its splits, fees, listing and clients."""
	stages.follow_deal(deal)
	before = deal.get_doc_before_save()
	if before and (before.deal_price, before.monthly_rent) != (deal.deal_price, deal.monthly_rent):
		fees.reprice(deal)
	if deal.phase == HELD and (not before or before.status != deal.status):
		_tell_reviewers(deal)
	moved = (before.phase if before else DRAFT, deal.phase)
	if deal.docstatus.is_cancelled():
		listing.give_back(deal)
	elif step := STEPS.get(moved):
		step(deal)


def _enter_review(deal) -> None:
	splits.propose(deal)
	listing.reserve(deal)


def _end(deal) -> None:
	ending = _termination(deal, {})
	listing.let_go(deal, ending.listing_goes, ending.reason)


# what the way from one phase to another sets off
STEPS = {
	(DRAFT, HELD): _enter_review,
	(HELD, LIVE): listing.close,
	(HELD, DRAFT): listing.give_back,
	(HELD, DEAD): listing.give_back,
	(CLOSING, DEAD): _end,
}


def _tell_reviewers(deal) -> None:
	"""Notify who may pass the deal on: its approver first, then those the workflow allows."""
	if deal.manager_approved_by:
		roles = workflow_guard.roles_ahead(deal, (HELD, LIVE)) - {ADMINISTRATOR, *AUTOMATIC_ROLES}
		users = approvals.readers_of(deal, roles)
	else:
		users = approvals.nearest_approvers(deal)
	title = frappe.db.get_value("Listing", deal.listing, "title")
	notices.tell(users, lambda: _("The deal of {0} waits for your approval").format(title), "Deal", deal.name)


def lapse_drafts() -> None:
	"""Void drafts untouched for the hours of Agency Settings. Runs hourly."""
	hours = cint(frappe.db.get_single_value("Agency Settings", "draft_lapse_hours"))
	if not hours:
		return
	stale = {"phase": DRAFT, "docstatus": 0, "modified": ("<", add_to_date(now_datetime(), hours=-hours))}
	reason = _("Not sent for review within {0} hours.").format(hours)
	jobs.each(frappe.get_all("Deal", filters=stale, pluck="name"), partial(_lapse, reason=reason))


def _lapse(name: str, reason: str) -> None:
	workflow_guard.move(frappe.get_doc("Deal", name), DEAD, reason=reason)


def remove_rows(deal) -> None:
	"""Delete the fees and splits of a deal that is deleted itself."""
	for doctype in ("Deal Split", "Deal Fee"):
		for name in frappe.get_all(doctype, filters={"deal": deal.name}, pluck="name"):
			# perm: whoever may delete the deal deletes its rows with it
			frappe.delete_doc(doctype, name, ignore_permissions=True)


def _termination(deal, filters: dict):
	return frappe.db.get_value(
		"Deal Termination",
		{"deal": deal.name, **filters},
		["name", "listing_goes", "reason"],
		as_dict=True,
		order_by="creation desc",
	)


def _require_termination(deal, filters: dict) -> None:
	if not _termination(deal, filters):
		message = _(
			"Deal {0} ends by a Deal Termination that manager and accountant approve. Record it first."
		)
		frappe.throw(message.format(get_link_to_form("Deal", deal.name)), title=_("Termination Missing"))


def _owners(listing: str) -> list[dict]:
	"""The owners of a listing as a deal takes them over: client, share."""
	of_listing = {"parent": listing, "parenttype": "Listing"}
	return frappe.get_all("Listing Owner", of_listing, ["client", "share"], order_by="idx")
