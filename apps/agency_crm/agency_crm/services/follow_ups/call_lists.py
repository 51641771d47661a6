"""Call lists: the clients of a segment, or chosen ones, shared among agents; each call is a follow-up task.

Only its own agent calls a private client. Clients of a pool are shared equally among the agents of the list who
may see them. Rules: docs/rules/clients.md, "Call lists".
"""

from collections.abc import Collection, Iterable

import frappe
from frappe import _
from frappe.utils import getdate

from agency_crm.domain.follow_ups import call_lists as rules
from agency_crm.domain.rating import tagging
from agency_crm.framework import jobs
from agency_crm.permissions.reader import manages, reader
from agency_crm.services.clients import segments
from agency_crm.services.follow_ups import tasks
from agency_crm.services.office import agents

DOCTYPE = "Call List"
MAKING, READY = "Making", "Ready"
MOST_CHOSEN = 500


def check_call_list(call_list) -> None:
	"""Set the maker's store; require agents who work here, each once, and no others for an agent."""
	if call_list.is_new():
		call_list.store = reader().store
		call_list.status = MAKING if call_list.segment else READY
	names = [row.agent for row in call_list.agents]
	for row in call_list.agents:
		if names.count(row.agent) > 1 or frappe.get_cached_value("Agent", row.agent, "status") == "Left":
			frappe.throw(
				_("Row {0}: agent {1} is named twice, or has left.").format(
					row.idx, frappe.bold(agents.name_of(row.agent))
				)
			)
	others = set(names) - {agents.current_agent()}
	if others and not call_list.flags.ignore_permissions and not _manages(others):
		frappe.throw(
			_("{0}: you share calls among the agents of the stores you manage.").format(
				frappe.bold(_("Agents"))
			),
			frappe.PermissionError,
		)
	segment = {"name": call_list.segment, "kind": "Rule", "applies_to": tagging.CLIENT}
	if call_list.segment and not frappe.db.exists("Agency Tag", segment):
		frappe.throw(
			_("{0}: {1} is no segment of clients.").format(
				frappe.bold(_("Segment")), frappe.bold(call_list.segment)
			)
		)


def make_segment(call_list) -> None:
	"""Enqueue the tasks for a new list's segment."""
	if call_list.status == MAKING:
		jobs.soon(make_all)


def make_all() -> None:
	"""Make the tasks of every waiting list. Runs for a new list, and hourly for what is left."""
	me = frappe.session.user
	try:
		jobs.each(frappe.get_all(DOCTYPE, {"status": MAKING}, pluck="name", order_by="creation"), _make)
	finally:
		frappe.set_user(me)


def add(call_list, clients: Collection[str]) -> dict:
	"""Put chosen clients whom the user sees on a list: {"added", "left_out"}; a second call adds only new ones."""
	if len(clients) > MOST_CHOSEN:
		frappe.throw(
			_("Choose {0} clients at most, or make the list of a segment.").format(MOST_CHOSEN),
			title=_("Too Many Clients"),
		)
	return _add(call_list, clients)


def progress(name: str) -> dict:
	"""{"open", "done", "skipped", "agents": [{agent_name, open, done, skipped}], "next"} of what the user sees.

	`next` is the session agent's first open task.
	"""
	fields = ["agent", "status", "count(name) as tasks"]
	rows = frappe.get_list(
		tasks.DOCTYPE, {"call_list": name}, fields, group_by="agent, status", order_by="agent", limit=0
	)
	totals: dict[str | None, dict] = {}
	for row in rows:
		totals.setdefault(row.agent, {})[row.status.lower()] = row.tasks
	names = dict(
		frappe.get_all(
			"Agent", {"name": ("in", list(filter(None, totals)))}, ["name", "agent_name"], as_list=True
		)
	)
	by_agent = [
		{"agent_name": names.get(agent), "open": 0, "done": 0, "skipped": 0, **counts}
		for agent, counts in totals.items()
	]
	whole = {status: sum(row[status] for row in by_agent) for status in ("open", "done", "skipped")}
	return {**whole, "agents": by_agent, "next": next_task(name)}


def next_task(name: str) -> str | None:
	"""The first open task of a list that the session's agent does."""
	mine = {"call_list": name, "status": tasks.OPEN, "agent": agents.current_agent() or ""}
	found = frappe.get_list(tasks.DOCTYPE, mine, pluck="name", order_by="due_on, creation, name", limit=1)
	return found[0] if found else None


def _make(name: str) -> None:
	"""Make the tasks of one list as its maker, who chooses among the clients they see."""
	call_list = frappe.get_doc(DOCTYPE, name, for_update=True)
	if call_list.status != MAKING:
		return
	frappe.set_user(call_list.owner)
	_add(call_list, segments.members(call_list.segment))
	call_list.db_set("status", READY)


def _add(call_list, clients: Iterable[str]) -> dict:
	rows = _seen(clients)
	shared = rules.share([(row.name, row.agent) for row in rows], _open_to(call_list, rows))
	tasks.add(
		({**row, "agent": shared[row.name]}, _task(call_list, row)) for row in rows if row.name in shared
	)
	left_out = len(rows) - len(shared)
	call_list.db_set("left_out", call_list.left_out + left_out)
	return {"added": len(shared), "left_out": left_out}


def _task(call_list, client: dict) -> dict:
	return {
		"due_on": getdate(call_list.due_on),
		"method": "Call",
		"subject": call_list.title,
		"call_list": call_list.name,
		"task_key": f"{call_list.name}:{client.name}",
	}


def _seen(clients: Iterable[str]) -> list[dict]:
	"""Those of the clients that the session's user sees and that can be called, in their order."""
	open_ones = {"name": ("in", list(clients)), "erased_on": ("is", "not set")}
	return frappe.get_list("Client", open_ones, ["name", *tasks.WHOSE], order_by="name", limit=0)


def _open_to(call_list, rows: list[dict]) -> dict[str, set[str]]:
	"""Agent on the list -> the clients of a pool among `rows` that they may see."""
	pool = {"name": ("in", [row.name for row in rows if not row.agent])}
	users = frappe.get_all(
		"Agent", {"name": ("in", [row.agent for row in call_list.agents])}, ["name", "user"], order_by="name"
	)
	return {
		agent.name: set(
			frappe.get_list("Client", pool, pluck="name", user=agent.user, limit=0) if agent.user else ()
		)
		for agent in users
	}


def _manages(names: Iterable[str]) -> bool:
	stores = frappe.get_all("Agent", {"name": ("in", list(names))}, pluck="store")
	return all(manages(store) for store in stores)
