"""Idle private clients fall to the store's pool, then to the area's; the first to claim one gets it.

`last_effective_on` of Client is the clock (services/follow_ups/acts.py). The owner of a listing on offer stays
with its maintaining agent: that role has its own clock (services/pools/listings.py). Clients of an agent who
left fall at once. Rules: docs/rules/clients.md, "Pools". The days: domain/pools/clocks.py.
"""

from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import add_days, cint, get_link_to_form, getdate

from agency_crm.domain.inputs import reminders
from agency_crm.domain.phases import ENDED_PHASES, LIVE_PHASES
from agency_crm.domain.pools import clocks as domain
from agency_crm.domain.pools.clocks import AREA, NEVER_FALLING, PRIVATE, STORE, Clock, PoolRules
from agency_crm.framework import jobs, notices
from agency_crm.framework.messages import reading
from agency_crm.permissions.reader import manages, reader
from agency_crm.services.clients import holders, movements
from agency_crm.services.office import agents, decisions, people

CLOCK = ("creation", "last_effective_on", "protected_until", "extended_until", "fall_reminded_on")


def check_settings(settings) -> None:
	"""Refuse reminder days that are no numbers, and hours outside a day."""
	with reading(settings, "client_reminder_days"):
		reminders.parse_days(settings.client_reminder_days)
	for field in ("assignment_from_hour", "assignment_to_hour"):
		if cint(settings.get(field)) > 24:
			label = frappe.bold(_(settings.meta.get_label(field), context=settings.doctype))
			frappe.throw(_("{0} is an hour of the day, 0 to 24.").format(label))


def run() -> None:
	"""Remind of the clients that will fall, then drop those that are due. Nightly, any number of times."""
	rules, today = _rules(), getdate()
	rows = _private(rules, today) if rules.store_days else []
	warned = _by_agent(row for row in rows if domain.reminder_due(row.clock, rules, today))
	jobs.each(warned, lambda agent: _remind(agent, warned[agent], rules))
	falling = [row for row in rows if domain.is_falling(row.clock, rules, today)] + _left_behind()
	jobs.each([row.name for row in falling], fall)
	jobs.each(_by_agent(falling), _tell_fallen)
	if rules.area_days:
		jobs.each([row.name for row in _pooled(rules, today)], fall_further)


def fall(name: str) -> None:
	"""Take a private client from its agent, if it is due and nothing was done for it meanwhile."""
	client = holders.locked(name)
	rules, today = _rules(), getdate()
	idle = _private(rules, today, name) if rules.store_days else []
	if idle and domain.is_falling(idle[0].clock, rules, today):
		days = (today - idle[0].clock.last_act).days
		reason = _("Nothing effective was done for {0} days.").format(days)
	elif _left_behind(name):
		reason = _("The agent has left.")
	else:
		return
	holders.move(client, movements.FALL, reason, agent=None)


def fall_further(name: str) -> None:
	"""Drop a client of the store's pool to the area's, if nobody claimed it meanwhile."""
	client = holders.locked(name)
	rules = _rules()
	if rules.area_days and _pooled(rules, getdate(), name):
		reason = _("Nobody of the store claimed it for {0} days.").format(rules.area_days)
		holders.move(client, movements.FALL, reason, pool=AREA)


def claim(name: str) -> None:
	"""Make the session's agent the agent of a client of a pool; the first to claim wins.

	Raises PermissionError where the pool isn't theirs, ValidationError saying who was first or what stands in
	the way.
	"""
	agent = agents.current_agent()
	if not agent:
		frappe.throw(_("Only an agent who works here claims a client."), frappe.PermissionError)
	client = holders.locked(name)
	link = get_link_to_form("Client", name)
	if client.agent:
		_refuse_taken(client, agent)
	if not _is_open_to_me(client.pool, client.store):
		_refuse_foreign(name)
	settings = frappe.get_cached_doc("Agency Settings")
	until = movements.waits_until(name, agent, settings.client_claim_back_days)
	if until:
		until = frappe.format(until, "Datetime")
		message = _("You had client {0} last: you may claim it from {1}.").format(link, until)
		frappe.throw(message, title=_("Not Yet"))
	frappe.db.get_value("Agent", agent, "name", for_update=True)
	limit = cint(settings.client_claims_a_day)
	if limit and movements.claimed_today(agent) >= limit:
		frappe.throw(
			_("You have claimed {0} clients today; more tomorrow.").format(limit), title=_("Not Yet")
		)
	holders.move(client, movements.CLAIM, agent=agent)


def extend(name: str) -> date:
	"""Postpone the fall of a private client, once, as the manager of its store; return the new day.

	Raises PermissionError for the client's own agent, ValidationError where it was extended already.
	"""
	client = holders.locked(name)
	decisions.check_decider(client, client.store, set(people.users_of([client.agent])))
	link = get_link_to_form("Client", name)
	if client.extended_until:
		day = frappe.format(client.extended_until, "Date")
		frappe.throw(_("Client {0} was extended already, until {1}.").format(link, day))
	rules = _rules()
	found = _private(rules, None, name) if rules.store_days else []
	if not found:
		frappe.throw(_("Client {0} doesn't fall: there is nothing to extend.").format(link))
	days = cint(frappe.get_cached_doc("Agency Settings").client_extension_days)
	until = domain.extended(found[0].clock, rules, days, getdate())
	holders.move(client, movements.EXTENSION, extended_until=until, fall_reminded_on=None)
	return add_days(until, 1)


def standing(name: str) -> dict:
	"""What the form says of a client that the user may read: falls_on (a private one's day, None: never),
	may_claim, may_extend.
	"""
	fields = ["agent", "pool", "store", "extended_until"]
	client = frappe.db.get_value("Client", name, fields, as_dict=True)
	rules = _rules()
	found = _private(rules, None, name) if rules.store_days and client.agent else []
	own = agents.current_agent()
	return {
		"falls_on": domain.falls_on(found[0].clock, rules) if found else None,
		"may_claim": bool(own and not client.agent and _is_open_to_me(client.pool, client.store)),
		"may_extend": bool(
			found and not client.extended_until and client.agent != own and manages(client.store)
		),
	}


def _rules() -> PoolRules:
	settings = frappe.get_cached_doc("Agency Settings")
	return PoolRules(
		store_days=cint(settings.client_store_days),
		area_days=cint(settings.client_area_days),
		new_days=cint(settings.client_new_days),
		remind_before=tuple(reminders.parse_days(settings.client_reminder_days)),
	)


def _private(rules: PoolRules, today: date | None, name: str | None = None) -> list[frappe._dict]:
	"""Private clients that can fall, of agents at work: name, client_name, agent, clock (a domain.Clock).

	With `today` only those whose reminders may be due by then, the longest idle first.
	"""
	client, agent = frappe.qb.DocType("Client"), frappe.qb.DocType("Agent")
	query = (
		frappe.qb.from_(client)
		.join(agent)
		.on(agent.name == client.agent)
		.select(client.name, client.client_name, client.agent, *(client[field] for field in CLOCK))
		.where((client.pool == PRIVATE) & (agent.status != "Left") & agents.at_work(agent, getdate()))
		.where(_may_fall(client) & (_on_offer(client) < 1))
		.orderby(client.last_effective_on)
	)
	if today:
		soonest = max(rules.remind_before, default=0) + 1
		query = query.where(client.last_effective_on < add_days(today, soonest - rules.store_days))
	if name:
		query = query.where(client.name == name)
	rows = query.run(as_dict=True)
	for row in rows:
		last_act = getdate(row.last_effective_on or row.creation)
		row.clock = Clock(
			getdate(row.creation), last_act, row.protected_until, row.extended_until, row.fall_reminded_on
		)
	return rows


def _left_behind(name: str | None = None) -> list[frappe._dict]:
	"""Private clients of agents who have left: name, agent."""
	client, agent = frappe.qb.DocType("Client"), frappe.qb.DocType("Agent")
	query = (
		frappe.qb.from_(agent)
		.join(client)
		.on(client.agent == agent.name)
		.select(client.name, client.agent)
		.where((agent.status == "Left") & (client.pool == PRIVATE) & _may_fall(client))
	)
	return (query.where(client.name == name) if name else query).run(as_dict=True)


def _pooled(rules: PoolRules, today: date, name: str | None = None) -> list[frappe._dict]:
	"""Clients who have stood in their store's pool long enough: name."""
	client = frappe.qb.DocType("Client")
	query = (
		frappe.qb.from_(client)
		.select(client.name)
		.where((client.pool == STORE) & (client.pool_since < add_days(today, 1 - rules.area_days)))
		.where(_may_fall(client))
		.orderby(client.pool_since)
	)
	return (query.where(client.name == name) if name else query).run(as_dict=True)


def _may_fall(client):
	"""Whether a client may fall: not after buying, nor during a deal, nor when erased."""
	deal, party = frappe.qb.DocType("Deal"), frappe.qb.DocType("Deal Party")
	buying = frappe.qb.from_(deal).select(deal.client).where(deal.phase.notin(ENDED_PHASES))
	dealing = (
		frappe.qb.from_(party)
		.join(deal)
		.on(deal.name == party.parent)
		.select(party.client)
		.where(deal.phase.notin(ENDED_PHASES) & party.client.isnotnull())
	)
	free = client.name.notin(buying.where(deal.client.isnotnull())) & client.name.notin(dealing)
	return free & client.stage.notin(NEVER_FALLING) & client.erased_on.isnull()


def _on_offer(client):
	"""How many listings on offer the client owns and its agent maintains."""
	owner, listing = frappe.qb.DocType("Listing Owner"), frappe.qb.DocType("Listing")
	return (
		frappe.qb.from_(owner)
		.join(listing)
		.on(listing.name == owner.parent)
		.select(Count("*"))
		.where((owner.client == client.name) & (listing.maintainer == client.agent))
		.where(listing.phase.isin(LIVE_PHASES))
	)


def _by_agent(rows) -> dict[str, list[frappe._dict]]:
	found: dict[str, list[frappe._dict]] = {}
	for row in rows:
		found.setdefault(row.agent, []).append(row)
	return found


def _remind(agent: str, rows: list[frappe._dict], rules: PoolRules) -> None:
	"""Tell an agent, in one notice, of their clients that fall soon."""
	tomorrow = add_days(getdate(), 1)
	first = min(rows, key=lambda row: domain.falls_on(row.clock, rules))
	day = frappe.format(max(domain.falls_on(first.clock, rules), tomorrow), "Date")

	def subject() -> str:
		return _(
			"{0} of your clients fall to the store's pool without a follow-up, the first on {1}: {2}"
		).format(len(rows), day, first.client_name)

	notices.tell(people.users_of([agent]), subject, "Client", first.name)
	names = {"name": ("in", [row.name for row in rows])}
	frappe.db.set_value("Client", names, "fall_reminded_on", getdate(), update_modified=False)


def _tell_fallen(agent: str) -> None:
	"""Tell an agent once how many of their clients fell today; a run that goes on corrects the number."""
	fell = frappe.db.count(
		movements.DOCTYPE, {"from_agent": agent, "kind": movements.FALL, "at": (">=", getdate())}
	)
	users = people.users_of([agent])
	if not fell or not users:
		return
	link = f"/app/client?last_agent={agent}&pool={STORE}"

	def subject() -> str:
		return _("{0} of your clients fell to the store's pool: nothing effective was done for them").format(
			fell
		)

	told = notices.bring_up_to_date(users, subject, link, since=frappe.utils.get_datetime(getdate()))
	notices.tell(set(users) - told, subject, "Client", "", link=link)


def _is_open_to_me(pool: str, store: str | None) -> bool:
	"""Whether the session's agent may claim from a pool: the store's is its agents', the area's the area's."""
	me = reader()
	return store == me.store if pool == STORE else pool == AREA and store in me.area


def _refuse_taken(client, agent: str) -> None:
	"""Say who has a client; to those who didn't see it in its pool today it doesn't exist."""
	taken = movements.last_claim(client.name)
	own = client.agent == agent
	if not own and not (taken and _is_open_to_me(taken.from_pool, taken.from_store)):
		_refuse_foreign(client.name)
	holder = agents.name_of(client.agent)
	message = _("Client {0} is already {1}'s.").format(client.name, frappe.bold(holder))
	frappe.throw(message, title=_("Already Taken"))


def _refuse_foreign(name: str) -> None:
	frappe.throw(
		_("Client {0} is in no pool of yours.").format(frappe.bold(name)),
		frappe.PermissionError,
		title=_("Not Yours to Claim"),
	)
