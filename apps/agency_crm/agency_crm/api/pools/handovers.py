"""What the form of a Client Handover asks."""

import frappe

from agency_crm.services.pools import handovers


@frappe.whitelist(methods=["POST"])
def start(handover: str) -> None:
	"""Hand over the clients a draft names, as the manager above the agent's store."""
	frappe.has_permission("Client Handover", "write", doc=handover, throw=True)
	handovers.start(handover)
