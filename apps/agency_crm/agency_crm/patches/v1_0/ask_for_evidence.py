"""What a site that was here before verification asks for as evidence, and the clock of its listings."""

import frappe
from frappe.query_builder.functions import Coalesce

from agency_crm.setup import defaults


def execute() -> None:
	"""Give the settings their first list; a listing's maintainer counts from what was last heard of it."""
	defaults.ask_for_evidence()
	listing = frappe.qb.DocType("Listing")
	frappe.qb.update(listing).set(
		listing.last_effective_on, Coalesce(listing.last_follow_up_on, listing.creation)
	).where(listing.last_effective_on.isnull()).run()
