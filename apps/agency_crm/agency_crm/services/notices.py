"""Telling people inside the Desk, at once: Frappe's bell."""

from collections.abc import Iterable

import frappe
from frappe.utils import escape_html

from agency_crm.services import approvals


def tell(users: Iterable[str | None], subject: str, doctype: str, name: str) -> None:
	"""Ring for these users with a plain text that opens a record; each is told once, nobody of their own act.

	The notices stand in the caller's transaction: what is rolled back was told to nobody. Who switched
	notifications off, or may not log in, hears nothing.
	"""
	wanted = sorted(set(filter(None, users)) - {frappe.session.user})
	if not wanted:
		return
	user, choice = frappe.qb.DocType("User"), frappe.qb.DocType("Notification Settings")
	listening = (
		frappe.qb.from_(user)
		.left_join(choice)
		.on(choice.name == user.name)
		.select(user.name)
		.where(user.name.isin(wanted) & (user.enabled == 1))
		.where(choice.enabled.isnull() | (choice.enabled == 1))
		.run(pluck=True)
	)
	for receiver in listening:
		log = frappe.new_doc("Notification Log", for_user=receiver, type="Alert")
		log.update({"document_type": doctype, "document_name": name, "subject": escape_html(subject)})
		log.from_user = frappe.session.user
		log.insert(ignore_permissions=True)  # perm: a notice is its receiver's, whoever caused it


def managers_of(store: str | None) -> list[str]:
	"""The user managing `store`, else the one of the nearest node above; with none, the administrators."""
	chain = approvals.managers_above(store)
	return chain[:1] or approvals.administrators()


def users_of(agents: Iterable[str | None]) -> list[str]:
	"""The users of these Agents who work here."""
	names = list(filter(None, agents))
	working = {"name": ("in", names), "user": ("is", "set"), "status": ("!=", "Left")}
	return frappe.get_all("Agent", filters=working, pluck="user") if names else []
