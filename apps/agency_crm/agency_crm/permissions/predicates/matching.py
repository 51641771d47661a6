"""Who sees pairs of requirement and listing."""

import frappe
from frappe.query_builder.functions import Count
from pypika.terms import Criterion

from agency_crm.permissions.predicates import clients, listings
from agency_crm.permissions.reader import Reader
from agency_crm.permissions.terms import hangs_on


def pairs(me: Reader, only: str | None) -> Criterion:
	"""Who sees both its client and its listing."""
	pair, listing = frappe.qb.DocType("Match Pair"), frappe.qb.DocType("Listing")
	# asked of the few pairs of one's clients: with IN the database begins with all public listings
	seen = frappe.qb.from_(listing).select(Count("*")).where(listing.name == pair.listing)
	shown = seen.where(listings.seen(me, None)) > 0
	return hangs_on("Match Pair", "client", "Client", clients.seen(me, None)) & shown


PREDICATES = {
	"Match Pair": pairs,
}
