"""What the form of a let home asks of the server."""

from datetime import date

import frappe

from agency_crm.services.listings import leases


@frappe.whitelist(methods=["POST"])
def surrender_lease(listing: str, reason: str, left_on: date | None = None) -> str:
	"""Bring a let home back because its tenant left early, with a reason; returns its status."""
	frappe.has_permission("Listing", "write", doc=listing, throw=True)
	return leases.surrender(listing, reason, left_on)
