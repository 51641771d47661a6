"""Numbers that are another client's already: what the form asks while one is typed."""

import frappe

from agency_crm.services.clients import known


@frappe.whitelist(methods=["POST"])
def look(number: str, client: str | None = None) -> list[dict]:
	"""Return the numbers of a cell that others have: [{"number_masked", "whose"}] (services/clients/known.py, `look`).

	`client` is the saved one that is edited. A POST: each look is counted and logged.
	"""
	frappe.has_permission("Client", "write" if client else "create", doc=client, throw=True)
	return known.look(number, client)
