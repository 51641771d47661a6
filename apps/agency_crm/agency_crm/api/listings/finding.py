"""How agents find homes beside the list: on the map, and side by side. Always by their own rows."""

import frappe
from frappe import _

from agency_crm.api.arguments import read_json
from agency_crm.services.listings import finding


@frappe.whitelist()
def on_map(bounds: str | dict | None = None, filters: str | list | None = None) -> dict:
	"""Return the estates with listings inside `bounds` (south, north, west, east, in degrees).

	Without bounds, those around the newest listing. {"bounds", "places", "more"}: each place has estate,
	estate_name, latitude, longitude, listing_type, listings (how many), lowest and highest (CNY, of a lease a
	month); `more` says that some were left out (finding.MOST_PLACES).
	`filters` are the list's, each [doctype, field, operator, value].
	"""
	frappe.has_permission("Listing", "read", throw=True)
	box = finding.read_bounds(read_json("bounds", bounds, dict)) if bounds else None
	return finding.places_in(box, read_json("filters", filters, list, of=list) if filters else [])


@frappe.whitelist()
def compare(listings: str | list[str]) -> list[dict]:
	"""Return up to four listings with what one compares them by, and their photos, in the order asked for.

	Raises ValidationError for fewer than two or more than four, PermissionError for one not to be seen.
	"""
	frappe.has_permission("Listing", "read", throw=True)
	names = list(dict.fromkeys(read_json("listings", listings, list, of=str)))
	if not 2 <= len(names) <= finding.MOST_COMPARED:
		frappe.throw(
			_("Choose two to {0} listings to compare; {1} are chosen.").format(
				finding.MOST_COMPARED, len(names)
			)
		)
	return finding.side_by_side(names)


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search_listings(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None
) -> list:
	"""Suggest listings by number, title, or their estate's name, alias or pinyin initials in every Link."""
	frappe.has_permission("Listing", "read", throw=True)
	return finding.search(txt, start, page_len, filters)
