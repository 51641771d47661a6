"""All clients of an agent who leaves or moves, handed to others in one step, with a list to sign.

The draft names every private client, on request every open listing, and who takes each. Each row is moved in
its own transaction, so thousands hold no locks and a killed run goes on: moved rows are marked, the hourly run
finds the rest.
"""

import frappe
from frappe import _
from frappe.utils import flt, get_link_to_form, now_datetime

from agency_crm.domain.phases import LIVE_PHASES
from agency_crm.domain.pools.clocks import PRIVATE, shares
from agency_crm.framework import jobs, notices, system_fields
from agency_crm.permissions.reader import manages
from agency_crm.services.clients import holders, movements
from agency_crm.services.listings import roles
from agency_crm.services.office import agents, decisions, people

DOCTYPE, ROW = "Client Handover", "Client Handover Row"
DRAFT, RUNNING, DONE = "Draft", "Running", "Done"
MOVED, LEFT_OUT = "Moved", "Left Out"


def check_handover(handover) -> None:
	"""Require a managing user and agents who take the clients; fill the draft with what is handed over.

	Raises PermissionError for a user who doesn't manage the agent's store, ValidationError for wrong takers.
	"""
	if handover.status != DRAFT and not handover.flags.ignore_permissions:
		frappe.throw(_("{0} is handed over: it changes no more.").format(handover.name))
	if not (handover.from_agent and handover.to_agents):
		return  # Frappe names what is missing
	handover.store = frappe.db.get_value("Agent", handover.from_agent, "store")
	if not handover.flags.ignore_permissions and not manages(handover.store):
		message = _("The clients of {0} are handed over by a manager of {1}.")
		frappe.throw(
			message.format(agents.name_of(handover.from_agent), handover.store), frappe.PermissionError
		)
	_check_takers(handover)
	if handover.status == DRAFT:
		_fill(handover)


def start(name: str) -> None:
	"""Hand over what a draft names, in the background; refused to anybody who takes some of it."""
	handover = frappe.get_doc(DOCTYPE, name, for_update=True)
	if handover.status != DRAFT:
		frappe.throw(_("{0} is handed over already.").format(get_link_to_form(DOCTYPE, name)))
	takers = {row.agent for row in handover.to_agents}
	decisions.check_decider(handover, handover.store, set(people.users_of(takers)))
	_fill(handover)
	_check_room(handover)
	if not handover.rows:
		frappe.throw(_("{0} has no private client to hand over.").format(agents.name_of(handover.from_agent)))
	handover.update({"status": RUNNING, "started_by": frappe.session.user, "started_at": now_datetime()})
	with system_fields.writing(handover):
		handover.save(ignore_permissions=True)  # perm: who starts it was checked above
	jobs.soon(resume)


def resume() -> None:
	"""Continue a handover that is under way; runs hourly too, after a killed run."""
	jobs.each(frappe.get_all(DOCTYPE, {"status": RUNNING}, pluck="name", order_by="started_at"), _go_on)


def _go_on(name: str) -> None:
	waiting = {"parent": name, "parenttype": DOCTYPE, "outcome": ("is", "not set")}
	jobs.each(frappe.get_all(ROW, waiting, pluck="name", order_by="idx"), _move)
	jobs.each([name], _finish)


def handover_facts(handover) -> dict[str, frappe._dict]:
	"""For the list to sign: client -> stage, level, last_follow_up_on, number_masked, in two queries."""
	names = [row.record for row in handover.rows if row.record_type == "Client"]
	fields = ["name", "stage", "level", "last_follow_up_on"]
	facts = {row.name: row for row in frappe.get_all("Client", {"name": ("in", names)}, fields)}
	main = {"parent": ("in", names), "parenttype": "Client", "is_primary": 1}
	for row in frappe.get_all("Client Phone", main, ["parent", "number_masked"]):
		facts[row.parent].number_masked = row.number_masked
	# a deleted client has no facts
	return {name: facts.get(name) or frappe._dict() for name in names}


def remind_of_book(agent) -> None:
	"""Notify, when an Agent leaves, that their private clients wait to be handed over."""
	if agent.status != "Left" or not agent.has_value_changed("status"):
		return
	count = frappe.db.count("Client", {"agent": agent.name, "pool": PRIVATE})
	if count:
		frappe.msgprint(
			_(
				"{0} still has {1} private clients. Hand them over today: at night they fall to the store's pool."
			).format(frappe.bold(agent.agent_name), count),
			title=_("Clients Without an Agent"),
			indicator="orange",
		)


def _check_takers(handover) -> None:
	names = [row.agent for row in handover.to_agents]
	twice = next((name for name in names if names.count(name) > 1), None)
	if twice:
		frappe.throw(_("{0} is named twice among those who take the clients.").format(agents.name_of(twice)))
	if handover.from_agent in names:
		frappe.throw(_("{0} hands over to others.").format(agents.name_of(handover.from_agent)))
	gone = frappe.get_all("Agent", {"name": ("in", names), "status": "Left"}, pluck="agent_name")
	if gone:
		frappe.throw(_("{0} has left: choose another agent.").format(frappe.bold(gone[0])))
	foreign = next((row for row in handover.rows if row.to_agent and row.to_agent not in names), None)
	if foreign:
		message = _("Row {0}: {1} isn't named among those who take the clients.")
		frappe.throw(message.format(foreign.idx, agents.name_of(foreign.to_agent)))


def _fill(handover) -> None:
	"""Name what the agent has now, in place; a row keeps the taker it has, the others are spread by the shares."""
	chosen = {(row.record_type, row.record): row.to_agent for row in handover.rows}
	takers = [row.agent for row in handover.to_agents]
	weights = [flt(row.share) for row in handover.to_agents]
	rows = []
	for doctype, found in _book(handover):
		new = [row for row in found if not chosen.get((doctype, row.name))]
		spread = dict(zip((row.name for row in new), shares(len(new), weights), strict=True))
		rows += [
			{
				"record_type": doctype,
				"record": row.name,
				"title": row.title,
				"to_agent": chosen.get((doctype, row.name)) or takers[spread[row.name]],
			}
			for row in found
		]
	handover.set("rows", rows)
	for taker in handover.to_agents:
		mine = [row.record_type for row in handover.rows if row.to_agent == taker.agent]
		taker.clients, taker.listings = mine.count("Client"), mine.count("Listing")


def _book(handover) -> list[tuple[str, list]]:
	"""(DocType, records) of what the agent has: name, title; the best clients first, so that they are spread too."""
	private = {"agent": handover.from_agent, "pool": PRIVATE}
	fields = ["name", "client_name as title"]
	clients = frappe.get_all("Client", private, fields, order_by="ifnull(nullif(level, ''), 'Z'), name")
	book = [("Client", clients)]
	if handover.include_listings:
		open_ones = {"maintainer": handover.from_agent, "phase": ("in", LIVE_PHASES)}
		book.append(("Listing", frappe.get_all("Listing", open_ones, ["name", "title"], order_by="name")))
	return book


def _check_room(handover) -> None:
	"""Refuse to give an agent more clients than allowed."""
	for taker in handover.to_agents:
		room = holders.room_of(taker.agent)
		if room is not None and taker.clients > room:
			frappe.throw(
				_("{0} may take {1} more private clients, not {2}. Share them among more agents.").format(
					frappe.bold(agents.name_of(taker.agent)), room, taker.clients
				),
				title=_("Too Many Clients"),
			)


def _move(row_name: str) -> None:
	"""Hand over one record, if it is still the agent's, and mark it."""
	row = frappe.get_doc(ROW, row_name, for_update=True)
	if row.outcome:
		return
	fields = ["name", "from_agent", "reason"]
	handover = frappe.db.get_value(DOCTYPE, row.parent, fields, as_dict=True)
	give = _give_client if row.record_type == "Client" else _give_listing
	frappe.db.savepoint("handover_row")
	try:
		why = give(handover, row)
	except frappe.ValidationError as refusal:
		frappe.db.rollback(save_point="handover_row")
		why = str(refusal)
	row.db_set({"outcome": LEFT_OUT if why else MOVED, "why": why}, update_modified=False)


def _give_client(handover, row) -> str | None:
	"""Return why a client stays, None where it goes to its taker."""
	client = holders.locked(row.record)
	if client.agent != handover.from_agent:
		return _("It is another agent's meanwhile.")
	reason = _("Handover {0}: {1}").format(handover.name, handover.reason)
	holders.move(client, movements.HANDOVER, reason, agent=row.to_agent)
	return None


def _give_listing(handover, row) -> str | None:
	listing = roles.locked(row.record)
	if listing.maintainer != handover.from_agent:
		return _("It is another agent's meanwhile.")
	roles.give(listing, roles.MAINTAINER, row.to_agent)
	return None


def _finish(name: str) -> None:
	"""Tell that a handover is done: its starter, and each taker what they have now."""
	handover = frappe.get_doc(DOCTYPE, name, for_update=True)
	if handover.status != RUNNING or any(not row.outcome for row in handover.rows):
		return
	moved = [row.to_agent for row in handover.rows if row.outcome == MOVED and row.record_type == "Client"]
	handover.update({"status": DONE, "done_at": now_datetime()})
	for taker in handover.to_agents:
		taker.clients = moved.count(taker.agent)
		_tell_taker(handover, taker)
	with system_fields.writing(handover):
		handover.save(ignore_permissions=True)  # perm: the system ends what a manager started

	def subject() -> str:
		return _("{0} is done: {1} of {2} clients were handed over").format(
			name, len(moved), sum(row.record_type == "Client" for row in handover.rows)
		)

	notices.tell([handover.started_by], subject, DOCTYPE, name)


def _tell_taker(handover, taker) -> None:
	def subject() -> str:
		return _("{0} clients of {1} are yours now").format(
			taker.clients, agents.name_of(handover.from_agent)
		)

	link = f"/app/client?agent={taker.agent}"
	notices.tell(people.users_of([taker.agent]), subject, "Client", "", link=link)
