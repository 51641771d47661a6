"""Erasing a person: asked for on the client's form, decided on the request's."""

import frappe

from agency_crm.services.privacy import erasure


@frappe.whitelist(methods=["POST"])
def ask(client: str, reason: str) -> str:
	"""Record that a client asks to be erased; return the Client Erasure."""
	# a wish is passed on from a client of a pool too, whom one may not change; a manager decides
	frappe.has_permission("Client", "write", throw=True)
	frappe.has_permission("Client", "read", doc=client, throw=True)
	return erasure.ask(client, reason)


@frappe.whitelist(methods=["POST"])
def approve(name: str) -> None:
	"""Decide that the person is erased; refused while deals, viewings, listings or invoices of theirs go on."""
	frappe.has_permission(erasure.DOCTYPE, "read", doc=name, throw=True)
	erasure.approve(name)


@frappe.whitelist(methods=["POST"])
def refuse(name: str, reason: str) -> None:
	"""Decide that the person isn't erased, and say why."""
	frappe.has_permission(erasure.DOCTYPE, "read", doc=name, throw=True)
	erasure.refuse(name, reason)
