"""The users whom an act concerns."""

from collections.abc import Iterable

import frappe

from agency_crm.services.office import approvals


def managers_of(store: str | None) -> list[str]:
	"""Return the manager of `store`, or of the nearest node above it; without any, the administrators."""
	chain = approvals.managers_above(store)
	return chain[:1] or approvals.administrators()


def users_of(agents: Iterable[str | None]) -> list[str]:
	"""The users of these Agents who work here."""
	names = list(filter(None, agents))
	working = {"name": ("in", names), "user": ("is", "set"), "status": ("!=", "Left")}
	return frappe.get_all("Agent", filters=working, pluck="user") if names else []
