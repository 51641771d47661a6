"""What is known of an address before it is listed again: the dictionary, earlier listings and deals.

Everything is read as the session's user: who sees which row is said in permissions/visibility.py.
"""

import frappe
from frappe.utils import cstr

from agency_crm.domain.inputs import address, rooms
from agency_crm.domain.phases import CLOSED
from agency_crm.services.places import estates

MOST = 1000  # homes of an estate looked through for suggestions
# what a home keeps whoever lists it
FACTS = (
	"layout bedrooms living_rooms kitchens bathrooms gross_area net_area floor total_floors orientation "
	"year_built building_type property_type elevator decoration ownership_type"
).split()
# what the owner it was listed for keeps
OWNERS_FACTS = ["certificate_date", "deed_tax_date", "acquired_by"]
LISTED = "name title listing_type status phase asking_price rent maintainer listed_on creation".split()
DEALT = "name listing deal_type deal_price monthly_rent signed_on status phase".split()


def suggest(estate: str, building_no: str = "", unit_no: str = "") -> dict[str, list[str]]:
	"""Return the buildings of an estate, and the units and rooms of a building as far as they are known.

	Known from the dictionary and from the homes that were listed there.
	"""
	place = frappe.get_cached_doc("Estate", estate)
	building = address.normalise_part(building_no, "building")
	unit = address.normalise_part(unit_no, "unit")
	row = estates.building(place, building)
	listed = rooms.parse_rooms(row.rooms if row else None)
	home = {"estate": estate}
	buildings = frappe.get_list("Property", filters=home, pluck="building_no", distinct=True, limit=MOST)
	homes = frappe.get_list(
		"Property",
		filters={**home, "building_no": building},
		fields=["unit_no", "room_no"],
		limit=MOST,
	)
	near = [home for home in homes if not unit or home.unit_no in (unit, None, "")]
	numbered = range(1, row.units + 1 if row and not listed.units() else 1)
	return {
		"buildings": _sorted([*(row.building_no for row in place.buildings), *buildings]),
		"units": _sorted([*map(str, numbered), *listed.units(), *(home.unit_no for home in near)]),
		"rooms": _sorted([*listed.of_unit(unit), *(home.room_no for home in near)]),
	}


def at(estate: str, building_no: str, unit_no: str, room_no: str) -> dict | None:
	"""Return the `of` the home at an address; None where no listing of it is seen or it isn't a whole address."""
	key = address.property_key(estate, building_no, unit_no, room_no)
	name = key and frappe.db.get_value("Property", {"property_key": key})
	return of(name) if name and frappe.has_permission("Property", "read", doc=name) else None


def of(property: str) -> dict:
	"""Return listings and deals of a Property, newest first, and the facts a new listing may take over.

	Shapes: {"property", "listings": [LISTED], "deals": [DEALT], "facts": {field: value}}; money in CNY.
	"""
	listings = frappe.get_list(
		"Listing",
		filters={"property": property},
		fields=[*LISTED, *FACTS, *OWNERS_FACTS],
		order_by="creation desc",
		limit=MOST,
	)
	names = frappe.get_all("Listing", {"property": property}, pluck="name", limit=MOST)
	deals = frappe.get_list(
		"Deal", filters={"listing": ("in", names or [""])}, fields=DEALT, order_by="creation desc", limit=MOST
	)
	return {
		"property": property,
		"listings": [{field: row[field] for field in LISTED} for row in listings],
		"deals": deals,
		"facts": _facts(listings[0]) if listings else {},
	}


def _facts(newest) -> dict:
	"""The facts of the newest listing; those of its owner unless the home was sold since."""
	sold = newest.phase == CLOSED and newest.listing_type == "Sale"
	fields = FACTS if sold else [*FACTS, *OWNERS_FACTS]
	return {field: newest[field] for field in fields if newest[field]}


def _sorted(values) -> list[str]:
	return sorted({cstr(value) for value in values if value}, key=rooms.in_order)
