"""Incoming clients go to agents by Frappe's Assignment Rule; a refusal, or silence, passes them on.

Frappe's rule only writes a ToDo, and reads `last_user` without a lock: two clients at once would go to one
agent. Here the rule is locked while it chooses, the client gets the agent, and the ToDo stays open until the
agent answers, by an effective act or by accepting. Rules: docs/rules/clients.md, "Assignment".
"""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_datetime, now_datetime

from agency_crm.domain.pools.clocks import answer_by
from agency_crm.framework import jobs, notices
from agency_crm.services.clients import holders, movements
from agency_crm.services.office import agents, people

RULE = "Assignment Rule"


def assign(rule_name: str, name: str) -> bool:
	"""Give a client without an agent to the next agent of a rule; tell the managers where none is left.

	Left out are agents who refused this client, are on leave, or have as many clients as allowed.
	"""
	client = holders.locked(name)
	if client.agent:
		return False
	rule = frappe.get_doc(RULE, rule_name, for_update=True)
	chosen = _choose(rule, client)
	if not chosen:

		def subject() -> str:
			return _("No agent is left for a client who came in: see the store's pool")

		notices.tell(people.managers_of(client.store), subject, "Client", name)
		return False
	user, agent = chosen
	holders.move(client, movements.ASSIGNMENT, rule.name, agent=agent)
	rule.db_set("last_user", user)
	_ask(rule, client, user)
	return True


def accept(name: str) -> None:
	"""Answer that the session's agent takes a client assigned to them."""
	_client, task = _assigned(name)
	_end(task)


def refuse(name: str, reason: str | None) -> None:
	"""Pass a client assigned to the session's agent on to the next."""
	client, task = _assigned(name)
	_pass_on(client, task, reason)


def pass_on_unanswered() -> None:
	"""Pass on the clients whose agents didn't answer in time. Run hourly, any number of times."""
	if cint(frappe.get_cached_doc("Agency Settings").assignment_answer_hours):
		open_tasks = {"reference_type": "Client", "status": "Open", "assignment_rule": ("is", "set")}
		jobs.each(frappe.get_all("ToDo", open_tasks, pluck="name"), judge)


def judge(task_name: str) -> None:
	"""Close the ToDo of an agent who has answered or lost the client; pass on the client of one who is late."""
	client = holders.locked(frappe.db.get_value("ToDo", task_name, "reference_name"))
	task = frappe.get_doc("ToDo", task_name, for_update=True)
	if task.status != "Open":
		return
	answered = get_datetime(client.last_effective_on) > get_datetime(task.creation)
	if answered or not _is_asked(client, task):
		_end(task)
	elif deadline(task.creation) <= now_datetime():
		hours = cint(frappe.get_cached_doc("Agency Settings").assignment_answer_hours)
		_pass_on(client, task, _("No answer within {0} hours.").format(hours))


def task_of(client: str) -> frappe._dict | None:
	"""Return the open ToDo by which a rule asks the session's user about a client: name, creation."""
	asked = {"reference_type": "Client", "reference_name": client, "allocated_to": frappe.session.user}
	asked.update({"status": "Open", "assignment_rule": ("is", "set")})
	return frappe.db.get_value("ToDo", asked, ["name", "creation"], as_dict=True)


def deadline(asked: datetime) -> datetime | None:
	"""Return until when a client assigned at a moment must be answered for; None: no answer is needed."""
	settings = frappe.get_cached_doc("Agency Settings")
	hours = cint(settings.assignment_answer_hours)
	day = cint(settings.assignment_from_hour), cint(settings.assignment_to_hour)
	return answer_by(get_datetime(asked), hours, *day) if hours else None


def _choose(rule, client) -> tuple[str, str] | None:
	"""The next user of the rule who may have the client, and their Agent."""
	willing = _willing([row.user for row in rule.users], client)
	if rule.rule == "Round Robin":
		# in the rule's order, beginning after whoever was last
		users = [row.user for row in rule.users]
		start = users.index(rule.last_user) + 1 if rule.last_user in users else 0
		user = next((user for user in users[start:] + users[:start] if user in willing), None)
	else:
		rule.users = [row for row in rule.users if row.user in willing]
		user = rule.get_user(client.as_dict()) if willing else None
	return (user, willing[user]) if user in willing else None


def _willing(users: list[str], client) -> dict[str, str]:
	"""Return user -> Agent of those at work and able to log in, with room, who haven't refused this client."""
	agent, user = frappe.qb.DocType("Agent"), frappe.qb.DocType("User")
	query = frappe.qb.from_(agent).join(user).on((user.name == agent.user) & (user.enabled == 1))
	query = query.select(agent.user, agent.name).where(agent.user.isin(users))
	at_work = query.where((agent.status == "Active") & agents.at_work(agent, now_datetime().date()))
	found = dict(at_work.run()) if users else {}
	able = holders.with_room(found.values()) - movements.refused_by(client.name)
	return {user: name for user, name in found.items() if name in able}


def _ask(rule, client, user: str) -> None:
	"""Insert the ToDo that stays open until it is answered. Frappe's own function would share the client."""
	task = frappe.new_doc("ToDo", allocated_to=user, assigned_by=frappe.session.user)
	task.update({"reference_type": "Client", "reference_name": client.name, "assignment_rule": rule.name})
	task.description = escape_html(frappe.render_template(rule.description, client.as_dict()))
	task.flags.by_system = True
	task.insert(ignore_permissions=True)  # perm: the rule asks, whoever let the client in
	until = deadline(task.creation)
	notices.tell([user], lambda: _yours(until), "Client", client.name)


def _yours(until) -> str:
	if until:
		return _("A client who came in is yours: answer by {0}").format(frappe.format(until, "Datetime"))
	return _("A client who came in is yours")


def _assigned(name: str) -> tuple:
	"""A client and the open task that asks the session's agent about it, both locked."""
	client = holders.locked(name)
	found = task_of(name)
	task = frappe.get_doc("ToDo", found.name, for_update=True) if found else None
	if not task or client.agent != agents.current_agent() or not _is_asked(client, task):
		frappe.throw(_("No answer of yours is open about client {0}.").format(name), frappe.PermissionError)
	return client, task


def _is_asked(client, task) -> bool:
	"""Whether this rule gave the client to its agent: anybody can write a ToDo."""
	last = movements.latest(client.name)
	wanted = (movements.ASSIGNMENT, client.agent, task.assignment_rule)
	return bool(last) and (last.kind, last.to_agent, last.reason) == wanted


def _pass_on(client, task, reason: str | None) -> None:
	"""Take the client back; this save lets the rules give it to the next agent."""
	_end(task)
	holders.move(client, movements.REFUSAL, reason, agent=None)


def _end(task) -> None:
	"""Cancel the rule's ToDo: Frappe would reopen a closed one at the client's next save."""
	task.status = "Cancelled"
	task.flags.by_system = True
	task.save(ignore_permissions=True)  # perm: an answer, or its term, ends the rule's own task
