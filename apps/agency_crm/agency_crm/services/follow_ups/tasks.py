"""Follow-up tasks: what is to be done for a client, when and by whom.

An open task always belongs to its client's agent; the earliest day of a client's tasks is their next follow-up.
Each task has a unique key, so making tasks twice changes nothing. Rules: docs/rules/clients.md, "Follow-ups".
"""

from collections.abc import Collection, Iterable
from datetime import date
from urllib.parse import quote

import frappe
from frappe import _
from frappe.query_builder.functions import Min
from frappe.utils import add_days, cint, getdate

from agency_crm.framework import bulk, jobs, notices
from agency_crm.services.clients import record
from agency_crm.services.office import agents, people

DOCTYPE = "Follow Up Task"
OPEN, DONE, SKIPPED = "Open", "Done", "Skipped"
AGREED = "agreed:"  # the key of a day agreed with the client begins so
# fields copied from the client
WHOSE = ("client_name", "agent", "store")
# a client's row: name and WHOSE; the values of a task of theirs
Row = tuple[dict, dict]
WHAT = ("due_on", "method", "subject", "plan", "step", "started_on", "call_list", "task_key")


def add(rows: Iterable[Row]) -> None:
	"""Insert tasks, each key once, and set their clients' next day."""
	rows = list(rows)
	_insert(rows)
	refresh({client["name"] for client, _task in rows})


def add_first(client: str, rows: Iterable[Row]) -> date | None:
	"""Insert the tasks of a client that this transaction has made; write and return its next day."""
	rows = list(rows)
	_insert(rows)
	day = min((task["due_on"] for _client, task in rows), default=None)
	if day:
		_write_days({client: day})
	return day


def _insert(rows: list[Row]) -> None:
	if not rows:
		return
	fields = ("client", *WHOSE, *WHAT, "status")
	values = [
		(client["name"], *(client[field] for field in WHOSE), *(task.get(field) for field in WHAT), OPEN)
		for client, task in rows
	]
	bulk.insert_rows(DOCTYPE, fields, values, ignore_duplicates=True)


def agree(client: dict, on: date, key: str, method: str = "Call") -> None:
	"""Make the task for a day agreed with a client; it replaces the day agreed before."""
	task = frappe.qb.DocType(DOCTYPE)
	old = (task.client == client["name"]) & (task.status == OPEN) & task.task_key.like(f"{AGREED}%")
	frappe.qb.update(task).set(task.status, SKIPPED).where(old).run()
	add([(client, agreed(on, key, method))])


def agreed(on: date, key: str, method: str = "Call") -> dict:
	"""The values of the task of a day agreed with a client, as `add` takes them."""
	subject = _("Agreed with the client", frappe.get_system_settings("language"))
	return {"due_on": on, "method": method, "subject": subject, "task_key": f"{AGREED}{key}"}


def refresh(clients: Collection[str]) -> None:
	"""Set the clients' next follow-up to the earliest day of their open tasks."""
	task, names = frappe.qb.DocType(DOCTYPE), sorted(clients)
	if not names:
		return
	due = (
		frappe.qb.from_(task)
		.select(task.client, Min(task.due_on))
		.where(task.client.isin(names) & (task.status == OPEN))
		.groupby(task.client)
		.for_update()  # read with a lock: another transaction may just have closed one
	)
	_write_days(dict.fromkeys(names) | dict(due.run()))


def _write_days(days: dict[str, date | None]) -> None:
	client = frappe.qb.DocType("Client")
	for day in set(days.values()):
		of_day = sorted(name for name in days if days[name] == day)
		frappe.qb.update(client).set(client.next_follow_up_on, day).where(client.name.isin(of_day)).run()


def skip(client: str, plans: Collection[str] | None = None) -> None:
	"""Skip the open tasks of a client, or those of `plans` alone."""
	wanted = {"client": client, "status": OPEN}
	if plans is not None:
		wanted["plan"] = ("in", list(plans))
	frappe.db.set_value(DOCTYPE, wanted, "status", SKIPPED, update_modified=False)
	refresh([client])


def hand_over(client: str) -> None:
	"""Move the open tasks of a client to its agent, or without an agent to its pool."""
	whose = frappe.db.get_value("Client", client, WHOSE, as_dict=True)
	frappe.db.set_value(DOCTYPE, {"client": client, "status": OPEN}, whose, update_modified=False)


def forget_client(client) -> None:
	"""Delete the tasks of a client who is deleted."""
	frappe.db.delete(DOCTYPE, {"client": client.name})


def forget_follow_up(follow_up) -> None:
	"""Unlink the tasks that a deleted follow-up closed."""
	frappe.db.set_value(DOCTYPE, {"done_by": follow_up.name}, "done_by", None, update_modified=False)


def check_task(task) -> None:
	"""Require a client whom the maker sees; refuse to close a task by hand, without a follow-up."""
	record.check_client_open(task)
	before = task.get_doc_before_save()
	if not before:
		task.update(frappe.db.get_value("Client", task.client, WHOSE, as_dict=True))
		task.agent = task.agent or agents.current_agent()
	if task.status != (before.status if before else OPEN) and task.status != SKIPPED:
		frappe.throw(
			_("A task is done by a follow-up: write one, or skip the task."), title=_("Write a Follow-up")
		)


def pick(follow_up) -> None:
	"""Choose the client's due task for a follow-up that names none; refuse a task that isn't open."""
	if follow_up.task:
		task = frappe.db.get_value(DOCTYPE, follow_up.task, ["client", "status"], as_dict=True)
		if task.client != follow_up.client or task.status != OPEN:
			frappe.throw(
				_("{0}: task {1} is not an open task of this client.").format(
					frappe.bold(_("Task")), follow_up.task
				)
			)
	elif follow_up.client:
		due = {"client": follow_up.client, "status": OPEN, "due_on": ("<=", getdate())}
		follow_up.task = frappe.db.get_value(DOCTYPE, due, "name", order_by="due_on asc, creation asc")


def close(follow_up) -> dict | None:
	"""Close the task of a follow-up and each agreed day that has come; return the task's row, or None.

	Of two concurrent follow-ups the second finds it closed.
	"""
	task = frappe.qb.DocType(DOCTYPE)
	agreed = task.task_key.like(f"{AGREED}%") & (task.due_on <= getdate())
	mine = (
		frappe.qb.from_(task)
		.select(task.name, task.client, task.plan, task.step, task.started_on)
		.where((task.client == follow_up.client) & (task.status == OPEN))
		.where((task.name == (follow_up.task or "")) | agreed)
		.for_update()
	).run(as_dict=True)
	names = [row.name for row in mine]
	if names:
		done = {"status": DONE, "done_by": follow_up.name}
		frappe.db.set_value(DOCTYPE, {"name": ("in", names)}, done, update_modified=False)
	return next((row for row in mine if row.name == follow_up.task), None)


def tell_overdue() -> None:
	"""Notify each agent daily of overdue tasks, and their manager once of those some days late.

	The days are in Agency Settings. Runs daily, any number of times.
	"""
	today = getdate()
	reminded = {"status": OPEN, "due_on": ("<", today), "reminded_on": ("!=", today), "agent": ("is", "set")}
	jobs.each(_distinct("agent", reminded), lambda agent: _remind({**reminded, "agent": agent}))
	days = cint(frappe.get_cached_doc("Agency Settings").overdue_escalation_days)
	if days:
		late = {"status": OPEN, "due_on": ("<=", add_days(today, -days)), "escalated_on": ("is", "not set")}
		jobs.each(_distinct("store", late), lambda store: _escalate({**late, "store": store}))


def _distinct(field: str, wanted: dict) -> list[str]:
	return list(filter(None, frappe.get_all(DOCTYPE, wanted, pluck=field, distinct=True, order_by=field)))


def _remind(wanted: dict) -> None:
	rows = frappe.get_all(DOCTYPE, wanted, ["name", "client_name", "due_on"], order_by="due_on")
	if not rows:
		return
	first = rows[0]

	def subject() -> str:
		return _("{0} follow-ups are overdue, the oldest since {1}: {2}").format(
			len(rows), frappe.format(first.due_on, "Date"), first.client_name
		)

	notices.tell(people.users_of([wanted["agent"]]), subject, DOCTYPE, first.name, _overdue_list())
	_mark(rows, "reminded_on")


def _escalate(wanted: dict) -> None:
	rows = frappe.get_all(DOCTYPE, wanted, ["name", "agent", "due_on"], order_by="due_on")
	if not rows:
		return
	agent = agents.name_of(rows[0].agent)

	def subject() -> str:
		return _("{0}: {1} follow-ups are long overdue, the oldest since {2} of {3}").format(
			wanted["store"], len(rows), frappe.format(rows[0].due_on, "Date"), agent or _("no agent")
		)

	notices.tell(people.managers_of(wanted["store"]), subject, DOCTYPE, rows[0].name, _overdue_list())
	_mark(rows, "escalated_on")


def _mark(rows: list[dict], field: str) -> None:
	names = {"name": ("in", [row.name for row in rows])}
	frappe.db.set_value(DOCTYPE, names, field, getdate(), update_modified=False)


def _overdue_list() -> str:
	before_today = quote(f'["<","{getdate()}"]')
	return f"/app/follow-up-task?status={OPEN}&due_on={before_today}"
