"""Finding a home: on the map, side by side, by what its estate is called.

Rules: docs/rules/listings.md, "Finding".
"""

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe import _

from agency_crm.domain.listings import finding as rules
from agency_crm.domain.phases import LIVE
from agency_crm.framework.messages import reading
from agency_crm.services.listings import indexed, media
from agency_crm.services.places import estates

MOST_PLACES = 500  # more places can't be read on a map
MOST_COMPARED = 4
AROUND = 0.03  # degrees, about three kilometres
EARTH = {"south": -90, "north": 90, "west": -180, "east": 180}
COMPARED = (
	"name title status listing_type estate territory asking_price rent unit_price layout gross_area net_area "
	"floor total_floors floor_band orientation decoration elevator property_type building_type year_built "
	"metro_distance has_school held_since sole_home mandate_type key_status tag_names grade verification_status "
	"listed_on last_follow_up_on maintainer store"
).split()


STEPS = ("price_steps", "rent_steps", "area_steps")


def for_desk(settings) -> dict:
	"""What the Desk's list needs: the steps of its ranges (万元, 元, m²) and where the map's pictures come from."""
	steps = {field: rules.parse_steps(settings.get(field)) for field in STEPS}
	return steps | {"map_tiles": settings.map_tiles, "map_attribution": settings.map_attribution}


def tile_source() -> str | None:
	"""Whose pictures the map shows, as a browser's policy names it."""
	return rules.tile_source(frappe.get_cached_doc("Agency Settings").map_tiles or "")


def check_settings(settings) -> None:
	"""The steps of Agency Settings are numbers, its map an address of tiles."""
	for field in STEPS:
		with reading(settings, field):
			rules.parse_steps(settings.get(field))
	if settings.map_tiles:
		with reading(settings, "map_tiles"):
			rules.check_tiles(settings.map_tiles)


def read_bounds(bounds: dict) -> dict[str, float]:
	"""Return the box as numbers on the earth. Raises ValidationError for what is no box."""
	try:
		box = {side: float(bounds[side]) for side in EARTH}
	except (KeyError, TypeError, ValueError):
		frappe.throw(_("The map needs its bounds as {0} in degrees.").format(", ".join(EARTH)))
	# a map scrolled beyond the date line asks for more than there is
	south, north = (min(max(box[side], -90), 90) for side in ("south", "north"))
	west, east = (min(max(box[side], -180), 180) for side in ("west", "east"))
	if not (south <= north and west <= east):
		frappe.throw(
			_("The map's bounds are the wrong way round: {0}.").format(frappe.as_json(box, indent=None))
		)
	return {"south": south, "north": north, "west": west, "east": east}


def places_in(bounds: dict[str, float] | None, filters: list) -> dict:
	"""The estates with listings the session's user may see inside the box: see api/listings/finding.on_map."""
	if not all(len(row) >= 4 for row in filters):
		frappe.throw(_("A filter of the map is a DocType, a field, an operator and a value."))
	filters = indexed.filters("Listing", filters)
	if not any(row[1] in ("status", "phase") for row in filters):
		# who looks at a map looks for a home on offer
		filters = [*filters, ["Listing", "phase", "=", LIVE]]
	bounds = bounds or _around_newest(filters)
	if not bounds:
		return {"bounds": None, "places": [], "more": False}
	inside = [
		["Listing", "latitude", ">=", bounds["south"]],
		["Listing", "latitude", "<=", bounds["north"]],
		["Listing", "longitude", ">=", bounds["west"]],
		["Listing", "longitude", "<=", bounds["east"]],
	]
	places = frappe.get_list(
		"Listing",
		filters=[*filters, *inside],
		fields=[
			"estate",
			"listing_type",
			"min(latitude) as latitude",
			"min(longitude) as longitude",
			"count(*) as listings",
			# one of the two is 0: a group is of one listing type
			"min(asking_price) as lowest",
			"max(asking_price) as highest",
			"min(rent) as lowest_rent",
			"max(rent) as highest_rent",
		],
		group_by="estate, listing_type",
		order_by="listings desc",
		limit=MOST_PLACES + 1,
	)
	names = _estate_names(place.estate for place in places)
	for place in places:
		place.estate_name = names.get(place.estate, place.estate)
		place.lowest += place.pop("lowest_rent")
		place.highest += place.pop("highest_rent")
	return {"bounds": bounds, "places": places[:MOST_PLACES], "more": len(places) > MOST_PLACES}


def side_by_side(names: list[str]) -> list[dict]:
	"""The listings with the facts of COMPARED, the names of estate and maintainer, and the `photos`' addresses."""
	found = {row.name: row for row in frappe.get_list("Listing", {"name": ("in", names)}, COMPARED)}
	missing = [name for name in names if name not in found]
	if missing:
		frappe.throw(
			_("You can't see {0}: take them out of the comparison.").format(", ".join(missing)),
			frappe.PermissionError,
		)
	photos = photos_of(names)
	return [{**found[name], "photos": photos.get(name, [])} for name in names]


def photos_of(names: list[str]) -> dict[str, list[dict]]:
	"""Return listing -> its photos (slot, file, caption), the cover first; no paper or video is among them.

	For listings that the caller has found readable.
	"""
	rows = frappe.get_all(
		"Listing Media",
		filters={
			"parenttype": "Listing",
			"parent": ("in", names),
			"slot": ("in", media.PHOTOS),
			"file": ("is", "set"),
		},
		fields=["parent", "slot", "file", "caption"],
		order_by="parent, is_cover desc, idx",
	)
	photos = defaultdict(list)
	for row in rows:
		photos[row.pop("parent")].append(row)
	return photos


def search(txt: str, start: int, page_length: int, filters: dict | list | None = None) -> list[tuple]:
	"""Listings the session's user may read whose number or title begins so, or whose estate is called so."""
	typed = txt.strip()
	matches = []
	if typed:
		matches = [["name", "like", f"%{typed}%"], ["title", "like", f"{typed}%"]]
		named = [row[0] for row in estates.search(typed, 0, MOST_PLACES)]
		if named:
			matches.append(["estate", "in", named])
	return frappe.get_list(
		"Listing",
		filters=filters,
		or_filters=matches,
		fields=["name", "title", "status"],
		order_by="modified desc",
		start=start,
		page_length=page_length,
		as_list=True,
	)


def _around_newest(filters: list) -> dict[str, float] | None:
	"""The box around the newest listing that has a place on the map; None where none has."""
	there = [["Listing", side, "!=", 0] for side in ("latitude", "longitude")]
	fields = ["latitude", "longitude"]
	rows = frappe.get_list(
		"Listing", filters=[*filters, *there], fields=fields, order_by="modified desc", limit=1
	)
	if not rows:
		return None
	latitude, longitude = rows[0].latitude, rows[0].longitude
	return {
		"south": latitude - AROUND,
		"north": latitude + AROUND,
		"west": longitude - AROUND,
		"east": longitude + AROUND,
	}


def _estate_names(names: Iterable[str]) -> dict[str, str]:
	wanted = {"name": ("in", list(set(names)))}
	return dict(frappe.get_list("Estate", wanted, ["name", "estate_name"], as_list=True, limit_page_length=0))
