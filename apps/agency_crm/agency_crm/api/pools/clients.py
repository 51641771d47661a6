"""What the Client's form asks about whose a client is. Every change is a POST."""

import frappe

from agency_crm.services.pools import assignment
from agency_crm.services.pools import clients as pools


@frappe.whitelist()
def standing(client: str) -> dict:
	"""When a client falls, and what its viewer may do: falls_on, may_claim, may_extend, answer_by, asked."""
	frappe.has_permission("Client", "read", doc=client, throw=True)
	task = assignment.task_of(client)
	answer_by = assignment.deadline(task.creation) if task else None
	return {**pools.standing(client), "asked": bool(task), "answer_by": answer_by}


@frappe.whitelist(methods=["POST"])
def claim(client: str) -> None:
	"""Become the agent of a client of a pool (认领); the first to claim wins.

	The row's own right is asked by the service, which tells the loser of a race who was first.
	"""
	frappe.has_permission("Client", "read", throw=True)
	pools.claim(client)


@frappe.whitelist(methods=["POST"])
def extend(client: str) -> str:
	"""Put off a client's fall once, as the manager of its store; return its new day."""
	frappe.has_permission("Client", "read", doc=client, throw=True)
	return str(pools.extend(client))


@frappe.whitelist(methods=["POST"])
def accept(client: str) -> None:
	"""Take a client that an Assignment Rule gave to the session's agent."""
	frappe.has_permission("Client", "read", doc=client, throw=True)
	assignment.accept(client)


@frappe.whitelist(methods=["POST"])
def refuse(client: str, reason: str | None = None) -> None:
	"""Pass a client that an Assignment Rule gave to the session's agent on to the next."""
	frappe.has_permission("Client", "read", doc=client, throw=True)
	assignment.refuse(client, reason)
