"""Viewings: what is shown to whom, and what follows when it was done.

Rules: docs/rules/clients.md, "Viewings".
"""

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import (
	add_days,
	add_to_date,
	cint,
	cstr,
	get_datetime,
	get_link_to_form,
	getdate,
	now_datetime,
)

from agency_crm.domain.phases import CLOSED, DEAD, LIVE
from agency_crm.services.clients import profile, stages
from agency_crm.services.follow_ups import acts
from agency_crm.services.matching import learning
from agency_crm.services.office import agents
from agency_crm.services.pools import listings as lapses

MOST_INTEREST = 5


def set_defaults(viewing) -> None:
	"""Default agent, store, an hour's length, the order of the stops, and whether it needs approval."""
	agents.set_agent_and_store(viewing)
	if viewing.scheduled_start and not viewing.scheduled_end:
		viewing.scheduled_end = add_to_date(viewing.scheduled_start, hours=1)
	viewing.stops.sort(key=lambda stop: (cint(stop.sequence) or len(viewing.stops) + 1, stop.idx))
	for sequence, stop in enumerate(viewing.stops, 1):
		stop.sequence = stop.idx = sequence
	if viewing.is_new():
		viewing.needs_approval = cint(frappe.get_cached_doc("Agency Settings").viewing_needs_approval)


def check_times(viewing) -> None:
	if get_datetime(viewing.scheduled_end) <= get_datetime(viewing.scheduled_start):
		frappe.throw(
			_("Viewing: {0} must be after {1}.").format(frappe.bold(_("Ends")), frappe.bold(_("Starts")))
		)


def check_companions(viewing) -> None:
	"""Refuse the agent as a companion, and a companion named twice."""
	names = [row.agent for row in viewing.companions]
	wrong = next((name for name in names if name == viewing.agent or names.count(name) > 1), None)
	if wrong:
		agent = agents.name_of(wrong)
		frappe.throw(
			_("{0}: {1} is already part of this viewing.").format(frappe.bold(_("Companions")), agent)
		)


def check_stops(viewing) -> None:
	"""Require at least one listing, each once; one added to an open viewing is on the market."""
	names = [stop.listing for stop in viewing.stops]
	if not names:
		frappe.throw(_("Choose at least one listing to view."), frappe.MandatoryError)
	twice = next((name for name in names if names.count(name) > 1), None)
	if twice:
		frappe.throw(
			_("Listing {0} stands in this viewing twice.").format(get_link_to_form("Listing", twice))
		)
	before = viewing.get_doc_before_save()
	added = set(names) - {stop.listing for stop in before.stops} if before else set(names)
	for name in sorted(added):
		_check_listing(viewing, name)


def _check_listing(viewing, name: str) -> None:
	if not viewing.flags.ignore_permissions:
		frappe.has_permission("Listing", "read", doc=name, throw=True)
	listing = frappe.db.get_value("Listing", name, ["phase", "status"], as_dict=True)
	if listing.phase != LIVE:
		frappe.throw(
			_("Listing {0} is {1}: only a listing on the market can be viewed. Remove it from {2}.").format(
				get_link_to_form("Listing", name),
				frappe.bold(_(listing.status, context="Listing")),
				frappe.bold(_("Listings")),
			),
			title=_("Listing Not Available"),
		)


def check_end(viewing) -> None:
	"""Require the client's feedback on every listing of a done viewing, and a reason for a cancelled one."""
	for stop in viewing.stops:
		if cint(stop.interest) not in range(MOST_INTEREST + 1):
			frappe.throw(
				_("Row {0}: {1} is a number from 1 to 5.").format(stop.idx, frappe.bold(_("Interest (1-5)")))
			)
	if viewing.phase == CLOSED:
		missing = [
			_("Row {0}, {1}: {2}").format(
				stop.idx, stop.listing, _(stop.meta.get_label(field), context="Viewing Stop")
			)
			for stop in viewing.stops
			for field in ("feedback", "interest")
			if not (cint(stop.interest) if field == "interest" else cstr(stop.feedback).strip())
		]
		if missing:
			frappe.throw(
				[_("A viewing is done when each listing has the client's answer. Fill in:"), *missing],
				frappe.MandatoryError,
				title=_("Feedback Missing"),
				as_list=True,
			)
		viewing.done_on = viewing.done_on or now_datetime()
	if viewing.phase == DEAD and not cstr(viewing.cancel_reason).strip():
		frappe.throw(
			_("Viewing {0}: say in {1} why it is cancelled.").format(
				viewing.name or "", frappe.bold(_("Reason for Cancelling"))
			),
			frappe.MandatoryError,
		)


def carry_on(viewing) -> None:
	"""When a viewing becomes done, or no longer is: count it on its listings and move the client's stage."""
	learning.learn_from_viewing(viewing)
	profile.note_viewing(viewing)
	before = viewing.get_doc_before_save()
	was_done, is_done = bool(before and before.phase == CLOSED), viewing.phase == CLOSED
	if was_done == is_done:
		return
	for stop in viewing.stops:
		count_viewings(stop.listing)
		if is_done:
			lapses.note_act(stop.listing, viewing.done_on)
	if is_done:
		stages.follow_viewing(viewing)
		acts.note(viewing.client, viewing.done_on)
		_protect(viewing)


def count_viewings(listing: str) -> None:
	"""Count the viewings of a listing anew, under a lock so that concurrent ones both count."""
	frappe.db.get_value("Listing", listing, "name", for_update=True)
	viewing, stop = frappe.qb.DocType("Viewing"), frappe.qb.DocType("Viewing Stop")
	done = (
		frappe.qb.from_(stop)
		.join(viewing)
		.on(viewing.name == stop.parent)
		.select(Count("*"))
		.where((stop.listing == listing) & (viewing.phase == CLOSED))
		.for_update()
	).run()[0][0]
	frappe.db.set_value("Listing", listing, "viewing_count", done, update_modified=False)


def _protect(viewing) -> None:
	"""Extend the agent's claim to the client by the days of Agency Settings."""
	days = cint(frappe.get_cached_doc("Agency Settings").client_protection_days)
	until = getdate(add_days(getdate(viewing.done_on), days))
	old = frappe.db.get_value(
		"Client", viewing.client, ["protected_until", "last_follow_up_on"], as_dict=True
	)
	values = {"protected_until": max(filter(None, (old.protected_until, until)))}
	if not old.last_follow_up_on or old.last_follow_up_on < get_datetime(viewing.done_on):
		values["last_follow_up_on"] = viewing.done_on
	frappe.db.set_value("Client", viewing.client, values, update_modified=False)
