"""Pins of listings, and the recomputing of all grades and tags."""

import frappe

from agency_crm.services.rating import grades
from agency_crm.services.rating import listings as marks


@frappe.whitelist(methods=["POST"])
def pin(listing: str) -> None:
	"""Put a listing above the others for the days of Agency Settings; only managers above its store may."""
	doc = frappe.get_doc("Listing", listing)
	doc.check_permission("read")
	grades.pin(doc)


@frappe.whitelist(methods=["POST"])
def unpin(listing: str) -> None:
	"""Take a listing's pin off; only managers above its store may."""
	doc = frappe.get_doc("Listing", listing)
	doc.check_permission("read")
	grades.unpin(doc)


@frappe.whitelist(methods=["POST"])
def recompute() -> None:
	"""Recompute the grades and tags of all listings in the background, from the start."""
	frappe.has_permission("Listing Recompute", "write", throw=True)
	marks.recompute_later()
