"""Whose a client is: who may change the holder, what follows, and the trace of it.

Rules: docs/rules/clients.md, "Whose a client is".
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import cint, cstr, get_link_to_form, now_datetime

from agency_crm.domain.pools.clocks import PRIVATE, STORE
from agency_crm.framework import notices, system_fields
from agency_crm.permissions.reader import manages
from agency_crm.services.clients import movements
from agency_crm.services.office import agents, decisions, people

# how near the limit of private clients they are counted under a lock
NEAR = 10


def follow_holder_change(client) -> None:
	"""Refuse a change of holder that this user may not make; set what follows from one.

	Raises PermissionError, and ValidationError where the new agent has left or has too many clients.
	"""
	before = client.get_doc_before_save()
	if not client.flags.movement:
		_check_by_hand(client, before)
	if client.agent:
		client.pool = PRIVATE
	elif client.pool == PRIVATE:
		client.pool = STORE
	now = now_datetime()
	if not before or before.pool != client.pool:
		client.pool_since = None if client.agent else now
	old = cstr(before.agent) if before else ""
	if old == cstr(client.agent):
		return
	client.update({"extended_until": None, "fall_reminded_on": None})
	if client.agent:
		check_room(client.agent)
		client.last_effective_on = now
		client.collaborators = [row for row in client.collaborators if row.agent != client.agent]
	else:
		client.collaborators = []
	if old and (client.flags.movement or {}).get("kind") != movements.REFUSAL:
		client.last_agent = old


def keep_trace(client) -> None:
	"""After a save: record the old and the new holder; void what was asked of the old one."""
	movement = client.flags.pop("movement", None)
	before = client.get_doc_before_save()
	if not before:
		return
	moved = cstr(before.agent) != cstr(client.agent)
	if movement or moved or before.pool != client.pool:
		movements.record(client, before, **(movement or {"kind": movements.ASSIGNMENT}))
	if moved:
		reason = _("The client has another agent now.")
		asking = decisions.close_all("Client Request", {"client": client.name}, reason, "to_agent")
		if asking:
			notices.tell(
				people.users_of(asking),
				lambda: _("Your request for a client is closed: it has another agent now."),
				"Client Request",
				"",
				link="/app/client-request",
			)


def move(client, kind: str, reason: str | None = None, to_agent: str | None = None, **values) -> None:
	"""Save a locked Client with other holder `values`, as decided by a service.

	`to_agent` names whom the trace is about where that isn't the client's agent.
	"""
	client.flags.movement = {"kind": kind, "reason": reason, "to_agent": to_agent}
	# fields made mandatory since the client was entered must not stop a move
	client.flags.ignore_mandatory = True
	client.update(values)
	with system_fields.writing(client):
		client.save(ignore_permissions=True)  # perm: decided by the calling service


def locked(name: str):
	"""Return a Client as it is now, locked until the transaction ends."""
	return frappe.get_doc("Client", name, for_update=True)


def with_room(names: Iterable[str]) -> set[str]:
	"""Which of these agents may have one more private client."""
	limit = _limit()
	names = set(names)
	return {name for name in names if not limit or _count(name) < limit}


def room_of(agent: str) -> int | None:
	"""How many more private clients an agent may have; None without a limit."""
	limit = _limit()
	return max(0, limit - _count(agent)) if limit else None


def check_room(agent: str, foreseen: int = 0) -> None:
	"""Refuse an agent who has left, or whose private clients, with `foreseen` ones, reach the limit.

	Near the limit they are counted under the agent's lock, so that two transactions count each other.
	"""
	check_works_here(agent)
	limit = _limit()
	if not limit or _count(agent) + foreseen < limit - NEAR:
		return
	frappe.db.get_value("Agent", agent, "name", for_update=True)
	if _count(agent, lock=True) + foreseen >= limit:
		frappe.throw(
			_("{0} has {1} private clients already, and no agent has more.").format(
				frappe.bold(agents.name_of(agent)), limit
			),
			title=_("Too Many Clients"),
		)


def check_works_here(agent: str) -> None:
	"""Refuse an agent who has left."""
	found = frappe.get_cached_doc("Agent", agent)
	if found.status == "Left":
		frappe.throw(_("{0} has left: choose another agent.").format(frappe.bold(found.agent_name)))


def helpers(client) -> set[str]:
	"""Return the agents who collaborate on a client."""
	return {row.agent for row in client.collaborators}


def _count(agent: str, lock: bool = False) -> int:
	client = frappe.qb.DocType("Client")
	query = frappe.qb.from_(client).select(Count("*"))
	query = query.where((client.agent == agent) & (client.pool == PRIVATE))
	return (query.for_update() if lock else query).run()[0][0]


def _limit() -> int:
	return cint(frappe.get_cached_doc("Agency Settings").clients_an_agent)


def _check_by_hand(client, before) -> None:
	"""Let only a manager change the agent by hand, and only the agent change the collaborators."""
	if not before or system_fields.is_writing(client) or manages(before.store):
		return
	changed = ["agent"] if cstr(before.agent) != cstr(client.agent) else []
	# an older client without a store gets its agent's
	if before.store and before.store != client.store:
		changed.append("store")
	whose = before.agent and before.agent == agents.current_agent()
	if not whose and helpers(before) != helpers(client):
		changed.append("collaborators")
	if changed:
		label = frappe.bold(_(client.meta.get_label(changed[0]), context="Client"))
		frappe.throw(
			_(
				"Client {0}: {1} is not changed by hand. Claim a client of a pool; ask for one that is another's."
			).format(get_link_to_form("Client", client.name), label),
			frappe.PermissionError,
			title=_("Not Changed by Hand"),
		)
