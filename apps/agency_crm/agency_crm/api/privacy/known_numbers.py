"""Numbers that are another client's already: what the form asks while one is typed."""

import frappe

from agency_crm.services.privacy import known_numbers


@frappe.whitelist(methods=["POST"])
def look(number: str, client: str | None = None) -> list[dict]:
	"""Return the numbers of a cell that others have: [{"number_masked", "whose"}] (services/privacy/known_numbers.py, `look`).

	`client` is the saved one that is edited. A POST: each look is counted and logged.
	"""
	frappe.has_permission("Client", "write" if client else "create", doc=client, throw=True)
	return known_numbers.look(number, client)
