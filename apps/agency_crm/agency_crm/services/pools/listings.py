"""A maintainer loses a listing without an effective act; whoever may see the listing can claim it.

`last_effective_on` of Listing is the clock: an effective follow-up, a viewing that was done, or the moment the
maintainer took it. The listing keeps its status and its store. Rules: docs/rules/listings.md, "The maintainer's
clock".
"""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import add_days, cint, get_datetime, get_link_to_form, getdate, now_datetime

from agency_crm.domain.inputs import reminders
from agency_crm.domain.phases import CLOSING, ENDED_PHASES, LIVE_PHASES
from agency_crm.framework import jobs, notices, system_fields
from agency_crm.framework.messages import reading
from agency_crm.permissions.reader import reader
from agency_crm.services.listings import roles
from agency_crm.services.office import agents, people
from agency_crm.services.rating import listings as rating

# not while a deal has taken it
LAPSING = tuple(phase for phase in LIVE_PHASES if phase != CLOSING)


def note_act(listing: str, at) -> None:
	"""Restart a listing's clock for an act `at` a moment, today at the latest."""
	at = min(get_datetime(at), now_datetime())
	last = frappe.db.get_value("Listing", listing, "last_effective_on", for_update=True)
	if not last or last < at:
		values = {"last_effective_on": at, "lapse_reminded_on": None}
		frappe.db.set_value("Listing", listing, values, update_modified=False)
		rating.refresh([listing])


def run() -> None:
	"""Remind of what will lapse, then let what has lapsed fall to its store. Run nightly, any number of times."""
	days = _days()
	if not days:
		return
	_remind(days)
	lapsed = [row.name for row in _idle(add_days(now_datetime(), -days))]
	jobs.each(lapsed, lapse)


def lapse(name: str) -> None:
	"""Take a listing from a maintainer who did nothing for it, if that is still so."""
	listing = roles.locked(name)
	days = _days()
	if not days or not _idle(add_days(now_datetime(), -days), name):
		return
	last = listing.maintainer
	listing.maintainer = None
	with system_fields.writing(listing):
		listing.save(ignore_permissions=True)  # perm: the nightly rule
	message = _("Nothing effective was done for {0} days: the listing fell to the store.").format(days)
	listing.add_comment("Info", message)

	def subject() -> str:
		return _("Listing {0} fell to the store: nothing effective for {1} days").format(listing.title, days)

	notices.tell(people.users_of([last]), subject, "Listing", name)


def claim(name: str) -> None:
	"""Make the session's agent the maintainer of a listing nobody maintains; the first to claim wins.

	Raises ValidationError, saying who has it or what stands in the way.
	"""
	listing = roles.locked(name)
	agent = agents.current_agent()
	link = get_link_to_form("Listing", name)
	if not agent:
		frappe.throw(_("Only an agent who works here claims a listing."), frappe.PermissionError)
	if listing.maintainer:
		holder = agents.name_of(listing.maintainer)
		frappe.throw(_("Listing {0} is maintained by {1}.").format(link, holder), title=_("Already Taken"))
	if listing.phase not in LAPSING:
		status = frappe.bold(_(listing.status, context="Listing"))
		frappe.throw(_("Listing {0} is {1}: it isn't claimed now.").format(link, status))
	_check_turn(listing, agent)
	_check_limit(agent)
	roles.give(listing, roles.MAINTAINER, agent)
	roles.record_claim(listing, agent)


def check_reminder_days(settings) -> None:
	"""Refuse reminder days that are no numbers."""
	with reading(settings, "lapse_reminder_days"):
		reminders.parse_days(settings.lapse_reminder_days)


def _days() -> int:
	return cint(frappe.get_cached_doc("Agency Settings").maintainer_lapse_days)


def _idle(before: datetime, name: str | None = None, reminded: bool = False) -> list[dict]:
	"""Maintained listings without an effective act since `before`: name, title, maintainer, the clock.

	Not of agents on leave, nor those a deal is being made about.
	"""
	listing, agent, deal = (frappe.qb.DocType(doctype) for doctype in ("Listing", "Agent", "Deal"))
	dealt = frappe.qb.from_(deal).select(deal.listing).where(deal.phase.notin(ENDED_PHASES))
	query = (
		frappe.qb.from_(listing)
		.join(agent)
		.on(agent.name == listing.maintainer)
		.select(listing.name, listing.title, listing.maintainer)
		.select(listing.last_effective_on, listing.lapse_reminded_on)
		.where(listing.phase.isin(LAPSING) & (listing.last_effective_on <= before))
		.where(agents.at_work(agent, getdate()) & listing.name.notin(dealt))
		.orderby(listing.last_effective_on)
	)
	return (query.where(listing.name == name) if name else query).run(as_dict=True)


def _remind(days: int) -> None:
	"""Tell each maintainer once a threshold of the listings that will fall, in one notice."""
	settings = frappe.get_cached_doc("Agency Settings")
	before = reminders.parse_days(settings.lapse_reminder_days)
	if not before:
		return
	today = getdate()
	due: dict[str, list[dict]] = {}
	for row in _idle(add_days(now_datetime(), max(before) - days)):
		falls = getdate(add_days(row.last_effective_on, days))
		if reminders.is_due(falls, before, row.lapse_reminded_on, today):
			due.setdefault(row.maintainer, []).append(row)
	jobs.each(due, lambda agent: _tell(agent, due[agent], days))


def _tell(agent: str, rows: list[dict], days: int) -> None:
	first = rows[0]
	day = frappe.format(getdate(add_days(first.last_effective_on, days)), "Date")

	def subject() -> str:
		return _("{0} of your listings fall to the store without a follow-up, the first on {1}: {2}").format(
			len(rows), day, first.title
		)

	notices.tell(people.users_of([agent]), subject, "Listing", first.name)
	names = {"name": ("in", [row.name for row in rows])}
	frappe.db.set_value("Listing", names, "lapse_reminded_on", getdate(), update_modified=False)


def _check_turn(listing, agent: str) -> None:
	"""Refuse the last maintainer for some days, and other stores' agents while its store comes first."""
	settings = frappe.get_cached_doc("Agency Settings")
	ended = [row for row in listing.roles if row.role == roles.MAINTAINER and row.ended_at]
	fell = max((get_datetime(row.ended_at) for row in ended), default=None)
	own = max((get_datetime(row.ended_at) for row in ended if row.agent == agent), default=None)
	_check_wait(
		own,
		settings.claim_back_days,
		_("You maintained listing {0} last: you may claim it from {1}."),
		listing,
	)
	if reader().store != listing.store:
		message = _("Listing {0} is its store's to claim until {1}.")
		_check_wait(fell, settings.claim_store_days, message, listing)


def _check_wait(since: datetime | None, days: int, message: str, listing) -> None:
	until = add_days(since, cint(days)) if since else None
	if until and until > now_datetime():
		link = get_link_to_form("Listing", listing.name)
		frappe.throw(message.format(link, frappe.format(until, "Datetime")), title=_("Not Yet"))


def _check_limit(agent: str) -> None:
	"""Refuse more claims of an agent a day than allowed; concurrent ones are counted one after the other."""
	limit = cint(frappe.get_cached_doc("Agency Settings").claims_a_day)
	if not limit:
		return
	frappe.db.get_value("Agent", agent, "name", for_update=True)
	request = frappe.qb.DocType(roles.DOCTYPE)
	claimed = (
		frappe.qb.from_(request)
		.select(request.name)
		.where((request.agent == agent) & (request.kind == "Claim") & (request.decided_at >= getdate()))
		.for_update()
	).run()
	if len(claimed) >= limit:
		frappe.throw(
			_("You have claimed {0} listings today; more tomorrow.").format(limit), title=_("Not Yet")
		)
