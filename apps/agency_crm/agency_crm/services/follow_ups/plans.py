"""Follow-up plans: events start them for a client, and each done step makes the next one.

A client has at most one open task of a plan, its next step; the task's key is client, plan, start and step. The
rules of a plan are in domain/follow_ups/plans.py. Rules: docs/rules/clients.md, "Plans".
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

import frappe
from frappe import _
from frappe.query_builder.functions import DateFormat
from frappe.utils import getdate
from pypika.terms import Criterion

from agency_crm.domain.follow_ups import plans as rules
from agency_crm.framework import jobs
from agency_crm.services.follow_ups import tasks

CACHE = "agency_follow_up_plans"
# days before a greeting that its task is made, and days after it that a missed one still is
AHEAD, LATE = 7, 3
ROLES = {"Buyer": "is_buyer", "Seller": "is_seller", "Tenant": "is_tenant", "Landlord": "is_landlord"}
FACTS = ("name", *tasks.WHOSE, "stage", "birthday", *ROLES.values())


def active() -> list[rules.Plan]:
	"""The plans of the site that are enabled, from the cache."""
	return frappe.cache.get_value(CACHE, generator=_load)


def _load() -> list[rules.Plan]:
	fields = ["name", "starts", "stage", "role", "segment", "repeat_every", "repeat_unit"]
	plans = frappe.get_all("Follow Up Plan", {"enabled": 1}, fields, order_by="name")
	rows = frappe.get_all(
		"Follow Up Plan Step",
		{"parenttype": "Follow Up Plan"},
		["parent", "days", "method", "subject"],
		order_by="parent, days, idx",
	)
	steps: dict[str, list] = {}
	for row in rows:
		steps.setdefault(row.pop("parent"), []).append(rules.Step(**row))
	return [
		rules.Plan(
			**{field: plan[field] or "" for field in fields}
			| {
				"repeat_every": plan.repeat_every or 0,
				"repeat_unit": plan.repeat_unit or "Months",
				"steps": tuple(steps.get(plan.name, ())),
			}
		)
		for plan in plans
	]


def forget() -> None:
	"""Drop the cached plans: now, and again when the transaction that changes them ends."""
	_drop()
	for ended in (frappe.db.after_commit, frappe.db.after_rollback):
		ended.add(_drop)


def _drop() -> None:
	frappe.cache.delete_value(CACHE)


def check_plan(plan) -> None:
	"""Require a stage exactly where one starts the plan; refuse two steps on one day."""
	if plan.starts != rules.STAGE_ENTERED:
		plan.stage = None
	elif not plan.stage:
		frappe.throw(
			_("Plan {0}: choose the {1} that starts it.").format(plan.plan_name, frappe.bold(_("Stage"))),
			frappe.MandatoryError,
		)
	if plan.starts == rules.BIRTHDAY:
		plan.repeat_every = 0
	days = [step.days for step in plan.steps]
	twice = next((step for step in plan.steps if days.count(step.days) > 1), None)
	if twice:
		frappe.throw(
			_("Row {0}: another step is of day {1} too.").format(twice.idx, frappe.bold(twice.days)),
			title=_("Two Steps on One Day"),
		)


def follow_client(client) -> None:
	"""After a client's save, in its transaction: start its plans, hand its tasks to its agent."""
	before = client.get_doc_before_save()
	if not before:
		client.next_follow_up_on = tasks.add_first(client.name, _first_tasks(client))
		return
	if any(client.has_value_changed(field) for field in tasks.WHOSE):
		tasks.hand_over(client.name)
	if client.has_value_changed("stage"):
		enter_stage(client)


def facts(client: str) -> dict:
	"""The row of FACTS of a client."""
	return frappe.db.get_value("Client", client, FACTS, as_dict=True)


def follow_progress(client: str, by: str, on: date) -> None:
	"""The event `client_progressed`: start the plans that one of EVENTS starts, from a day on."""
	start(facts(client), by, on)


def follow_stage(client: str) -> None:
	"""The event `client_stage_entered`: end the old stage's plans, start the new stage's."""
	enter_stage(facts(client))


def start(client, starts: str, on: date) -> None:
	"""Start the plans of an event for a Client or its row of FACTS; a running one starts anew."""
	begin = _started_by(starts, client)
	if begin:
		tasks.skip(client.name, [plan.name for plan in begin])
		tasks.add(_begun(begin, client, on))


def enter_stage(client) -> None:
	"""End the plans that don't run in the new stage of a Client or its row of FACTS; start those of the stage.

	A lost client gets only plans to win them back.
	"""
	if client.stage == rules.LOST:
		tasks.skip(client.name)
	else:
		tasks.skip(client.name, [plan.name for plan in active() if not rules.runs(plan, client.stage)])
	start(client, rules.STAGE_ENTERED, getdate())


def wait(client: str, until: date) -> None:
	"""Move the plans' open tasks behind a day agreed with the client; birthdays stay."""
	greetings = [plan.name for plan in active() if plan.starts == rules.BIRTHDAY]
	before = {"client": client, "status": tasks.OPEN, "due_on": ("<", until)}
	planned = {"plan": ("not in", ["", *greetings])}
	fields = ["name", "client", "plan", "step", "started_on"]
	for task in frappe.get_all(tasks.DOCTYPE, before | planned, fields):
		frappe.db.set_value(tasks.DOCTYPE, task.name, "status", tasks.SKIPPED, update_modified=False)
		go_on(task, after=until)


def go_on(task: dict, after: date | None = None) -> None:
	"""Make the step after a done or skipped task, due after today and after `day`."""
	plan = next((plan for plan in active() if plan.name == task.plan), None)
	if not plan or plan.starts == rules.BIRTHDAY:
		return
	client = facts(task.client)
	day = max(filter(None, (getdate(), after))) + timedelta(days=1)
	due = rules.next_due(plan, task.started_on, task.step, day)
	if due and _is_for(plan, client):
		tasks.add([_task(client, plan, task.started_on, due)])


def follow_task(task) -> None:
	"""After a task's save: update the client's next day; after a skipped step make the next one."""
	tasks.refresh([task.client])
	if task.plan and task.status == tasks.SKIPPED and task.has_value_changed("status"):
		go_on(task)


def run() -> None:
	"""Start the plans of clients that came in bulk, and make the greetings that come due. Runs nightly."""
	plans = {plan.name: plan for plan in active()}
	jobs.each(plans, lambda name: _lay_out(plans[name]))


def _lay_out(plan: rules.Plan) -> None:
	if plan.starts == rules.NEW_CLIENT:
		jobs.by_chunks("Client", partial(_begin, plan), _unplanned(plan))
	elif plan.starts == rules.BIRTHDAY:
		jobs.by_chunks("Client", partial(_greet, plan), _with_birthday(plan))


def _begin(plan: rules.Plan, names: Sequence[str]) -> None:
	today = getdate()
	tasks.add(
		_task(client, plan, today, due)
		for client in _rows(names)
		if _is_for(plan, client) and (due := rules.next_due(plan, today))
	)


def _greet(plan: rules.Plan, names: Sequence[str]) -> None:
	today = getdate()
	first, last = today - timedelta(days=LATE), today + timedelta(days=AHEAD)
	tasks.add(
		_task(client, plan, rules.birthday_in(client.birthday, year), due)
		for client in _rows(names)
		if _is_for(plan, client)
		for year, due in rules.greetings(plan, client.birthday, first, last)
	)


def _unplanned(plan: rules.Plan) -> Criterion:
	"""Return clients made since the plan exists who never had a task of it."""
	client, task = frappe.qb.DocType("Client"), frappe.qb.DocType(tasks.DOCTYPE)
	since = frappe.db.get_value("Follow Up Plan", plan.name, "creation")
	planned = frappe.qb.from_(task).select(task.client).where(task.plan == plan.name)
	open_ones = client.stage.isin(rules.BEFORE_DEAL) & client.erased_on.isnull()
	return open_ones & (client.creation >= since) & client.name.notin(planned)


def _with_birthday(plan: rules.Plan) -> Criterion:
	"""Clients who have their birthday where a step of the plan is due now."""
	client, today = frappe.qb.DocType("Client"), getdate()
	days: set[tuple[int, int]] = set()
	for step in plan.steps:
		before = timedelta(days=step.days)
		first, last = today + before - timedelta(days=LATE), today + before + timedelta(days=AHEAD)
		days |= rules.birthdays_between(first, last)
	born = DateFormat(client.birthday, "%m-%d").isin([f"{month:02d}-{day:02d}" for month, day in days])
	return born & (client.stage != rules.LOST) & client.erased_on.isnull()


def _first_tasks(client) -> Iterator[tasks.Row]:
	"""Return a new client's tasks: on the agreed day, and by the plans for new clients."""
	if client.next_follow_up_on:
		yield _whose(client), tasks.agreed(getdate(client.next_follow_up_on), client.name)
	yield from _begun(_started_by(rules.NEW_CLIENT, client), client, getdate())


def _started_by(starts: str, client) -> list[rules.Plan]:
	return [plan for plan in active() if plan.starts == starts and _is_for(plan, client)]


def _begun(plans: Iterable[rules.Plan], client, on: date) -> Iterator[tasks.Row]:
	"""The first task of each plan that begins for a client."""
	return (_task(client, plan, on, due) for plan in plans if (due := rules.next_due(plan, on)))


def _rows(names: Sequence[str]) -> list[dict]:
	return frappe.get_all("Client", {"name": ("in", names)}, FACTS)


def _is_for(plan: rules.Plan, client) -> bool:
	"""Whether a plan is for a client, as it stands."""
	if not rules.runs(plan, client.stage) or (plan.role and not client.get(ROLES[plan.role])):
		return False
	member = {"parenttype": "Client", "parent": client.name, "tag": plan.segment}
	return not plan.segment or bool(frappe.db.exists("Client Tag", member))


def _task(client, plan: rules.Plan, started_on: date, due: rules.Due) -> tasks.Row:
	task = {
		"due_on": due.on,
		"method": due.step.method,
		"subject": due.step.subject,
		"plan": plan.name,
		"step": due.number,
		"started_on": started_on,
		"task_key": f"{client.name}:{plan.name}:{started_on}:{due.number}",
	}
	return _whose(client), task


def _whose(client) -> dict:
	"""Whose a task of a client is."""
	return {field: client.get(field) for field in ("name", *tasks.WHOSE)}
