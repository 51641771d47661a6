"""Sites from before follow-up tasks: each client's next day becomes a task; the first plans are there."""

import frappe

from agency_crm.framework import jobs, wizard
from agency_crm.services.follow_ups import tasks
from agency_crm.setup import defaults


def execute() -> None:
	jobs.by_chunks("Client", _carry_over, frappe.qb.DocType("Client").next_follow_up_on.isnotnull())
	if wizard.is_complete():
		defaults.make_follow_up_plans()


def _carry_over(names: list[str]) -> None:
	clients = frappe.get_all("Client", {"name": ("in", names)}, ["name", "next_follow_up_on", *tasks.WHOSE])
	tasks.add((client, tasks.agreed(client.next_follow_up_on, client.name)) for client in clients)
