"""Let homes: what a lease deal writes to its listing, reminders, and the return to the market.

Rules: docs/rules/listings.md, "Leases", and docs/rules/deals.md, "Lease deals".
"""

from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, cint, cstr, get_link_to_form, getdate, strip_html

from agency_crm.domain.inputs import reminders
from agency_crm.domain.phases import CLOSED, DEAD, DRAFT, LIVE, LIVE_PHASES
from agency_crm.framework import jobs, notices, workflow_guard
from agency_crm.framework.messages import reading
from agency_crm.services.office import people

LEASE = "Lease"


def facts_of(deal) -> dict:
	"""Return a listing's lease fields from its deal: set once it is signed, empty when it is terminated."""
	if deal.deal_type != LEASE:
		return {}
	goes_on = deal.phase != DEAD
	return {
		"leased": int(goes_on),
		"lease_start": deal.lease_start if goes_on else None,
		"lease_end": deal.lease_end if goes_on else None,
		"lease_back_refused_on": None,
	}


def renews(deal) -> bool:
	"""Whether a lease deal prolongs the completed one that it names as predecessor, of the same home."""
	if deal.deal_type != LEASE or not deal.predecessor:
		return False
	before = frappe.db.get_value("Deal", deal.predecessor, ["listing", "phase"], as_dict=True)
	return bool(before) and (before.listing, before.phase) == (deal.listing, CLOSED)


def check_dates(listing) -> None:
	"""Refuse a lease that ends before it starts."""
	start, end = listing.lease_start, listing.lease_end
	if start and end and getdate(end) < getdate(start):
		labels = (
			_(listing.meta.get_label(field), context="Listing") for field in ("lease_end", "lease_start")
		)
		frappe.throw(_("{0} is before {1}.").format(*map(frappe.bold, labels)))


def check_settings(settings) -> None:
	"""Refuse reminder days that are no numbers."""
	with reading(settings, "lease_reminder_days"):
		reminders.parse_days(settings.lease_reminder_days)


def surrender(name: str, reason: str, left_on: date | None = None) -> str:
	"""Bring a let home back at once: the tenant left early, on `left_on` (today). Returns its status.

	Raises MandatoryError without a reason and ValidationError where the listing isn't a let one.
	"""
	listing = frappe.get_doc("Listing", name, for_update=True)
	link = get_link_to_form("Listing", name)
	if listing.listing_type != LEASE or listing.phase != CLOSED:
		frappe.throw(
			_("Listing {0} is {1}: only a home that is let comes back from its tenant.").format(
				link, frappe.bold(_(listing.status, context="Listing"))
			)
		)
	if not cstr(reason).strip():
		frappe.throw(_("Listing {0}: say why the tenant leaves.").format(link), frappe.MandatoryError)
	listing.lease_end = getdate(left_on)
	listing.leased = int(listing.lease_end > getdate())
	check_dates(listing)
	_return(listing, reason.strip())
	return listing.status


def run_daily() -> None:
	"""Bring homes back whose lease ends soon, and remind of the leases that end. Run daily."""
	jobs.each(_coming_back(), _bring_back)
	jobs.each(_to_remind(), _remind)


def _coming_back() -> list[str]:
	"""Let homes within the days of Agency Settings of their lease's end, but those it is being renewed for."""
	last = add_days(getdate(), cint(frappe.get_cached_doc("Agency Settings").lease_back_days))
	listing, deal = frappe.qb.DocType("Listing"), frappe.qb.DocType("Deal")
	renewal = (deal.listing == listing.name) & deal.predecessor.isnotnull() & (deal.phase == DRAFT)
	return (
		frappe.qb.from_(listing)
		.left_join(deal)
		.on(renewal)
		.select(listing.name)
		.where((listing.lease_end <= last) & (listing.phase == CLOSED) & (listing.listing_type == LEASE))
		.where(listing.lease_back_refused_on.isnull() & deal.name.isnull())
		.orderby(listing.lease_end)
		.run(pluck=True)
	)


def _bring_back(name: str) -> None:
	"""Put a let home back on the market; where its address is offered already, tell the maintainer once."""
	listing = frappe.get_doc("Listing", name, for_update=True)
	reason = _("The lease ends on {0}.").format(frappe.format(listing.lease_end, "Date"))
	frappe.db.savepoint("lease_back")
	try:
		_return(listing, reason)
	except frappe.DuplicateEntryError as error:
		frappe.db.rollback(save_point="lease_back")
		frappe.clear_last_message()
		frappe.db.set_value("Listing", name, "lease_back_refused_on", getdate(), update_modified=False)
		refusal = strip_html(str(error))

		def subject() -> str:
			return _("{0} stays off the market though its lease ends: {1}").format(listing.title, refusal)

		notices.tell(people.users_of([listing.maintainer]), subject, "Listing", name)


def _return(listing, reason: str) -> None:
	"""Move a home back to the market, or into verification first where that has run out."""
	due = listing.verification_due_on
	verified = listing.verification_status == "Verified" and not (due and getdate(due) < getdate())
	listing.available_from = add_days(listing.lease_end, 1)
	if verified:
		workflow_guard.move(listing, LIVE, reason=reason)
	else:
		workflow_guard.move(listing, DRAFT, "Verifying", reason)


def _to_remind() -> list[str]:
	"""Homes whose lease ends in so many days as Agency Settings names: let ones, and let ones for sale."""
	days = reminders.parse_days(frappe.get_cached_doc("Agency Settings").lease_reminder_days)
	if not days:
		return []
	today = getdate()
	rows = frappe.get_all(
		"Listing",
		filters={"lease_end": ("between", (today, add_days(today, days[0]))), "phase": ("!=", DEAD)},
		fields=["name", "listing_type", "phase", "lease_end", "lease_reminded_on"],
	)
	return [
		row.name
		for row in rows
		if (row.listing_type == LEASE or row.phase in LIVE_PHASES)
		and reminders.is_due(row.lease_end, days, row.lease_reminded_on, today)
	]


def _remind(name: str) -> None:
	"""Tell the maintainer and the agent who let it."""
	listing = frappe.db.get_value("Listing", name, ["title", "lease_end", "maintainer"], as_dict=True)
	frappe.db.set_value("Listing", name, "lease_reminded_on", getdate(), update_modified=False)
	letting = {"listing": name, "deal_type": LEASE, "docstatus": 1, "phase": ("in", (LIVE, CLOSED))}
	agent = frappe.db.get_value("Deal", letting, "agent", order_by="signed_on desc")

	def subject() -> str:
		return _("The lease of {0} ends on {1}").format(
			listing.title, frappe.format(listing.lease_end, "Date")
		)

	notices.tell(people.users_of((listing.maintainer, agent)), subject, "Listing", name)
