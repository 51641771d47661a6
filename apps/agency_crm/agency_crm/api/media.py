"""The papers of a listing, for its form."""

import frappe

from agency_crm.permissions import visibility
from agency_crm.services.library import media


@frappe.whitelist()
def get_papers(listing: str) -> list[dict] | None:
	"""Return the papers of a listing (services/library/media.py) to who works on it, None to others who read it."""
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	return media.papers(listing) if visibility.works_on("Listing", listing) else None
