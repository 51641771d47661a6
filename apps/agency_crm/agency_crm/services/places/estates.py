"""The dictionary of estates: its search keys, and one estate of a name in each business circle."""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cstr, escape_html, flt, get_link_to_form

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs import address, rooms, text
from agency_crm.domain.listings.record import external_key, listing_title
from agency_crm.domain.places.estates import nearest_metro, point
from agency_crm.framework import fetched
from agency_crm.framework.messages import say
from agency_crm.services.places import properties


def aliases(estate) -> list[str]:
	"""Return the other names of an estate, one a line of its field."""
	return [name.strip() for name in cstr(estate.aliases).split("\n") if name.strip()]


def add_aliases(estate, names: Iterable[str]) -> None:
	"""Add other names by which an estate is found, unless it has them already."""
	known = {text.name_key(name): name for name in (estate.estate_name, *aliases(estate))}
	new = [name for name in names if text.name_key(name) not in known]
	estate.aliases = "\n".join(dict.fromkeys((*aliases(estate), *new)))


def keep_old_name(estate) -> None:
	"""Keep the old name of a renamed estate as an alias."""
	before = estate.get_doc_before_save()
	if before and before.estate_name != estate.estate_name:
		add_aliases(estate, [before.estate_name])


def carry_name(estate) -> None:
	"""Write an estate's new name to the titles of its listings and the labels of its homes."""
	before = estate.get_doc_before_save()
	if before and before.estate_name != estate.estate_name:
		retitle(estate)


def retitle(estate) -> None:
	"""Rewrite the titles of an estate's listings and the labels of its homes, copies included."""
	fields = ["name", "title", "layout", "gross_area"]
	rows = frappe.get_all("Listing", {"estate": estate.name}, fields, order_by="")
	called = {row.name: title(estate.estate_name, row) for row in rows}
	titles = {row.name: {"title": called[row.name]} for row in rows if row.title != called[row.name]}
	frappe.db.bulk_update("Listing", titles, update_modified=False)
	fetched.carry_titles("Listing", titles)
	properties.relabel(estate)


def title(estate_name: str, listing) -> str:
	"""Return how a listing is called: `listing` holds its layout and gross_area."""
	return listing_title(estate_name, listing.layout, Decimal(str(flt(listing.gross_area))))


def set_keys(estate) -> None:
	estate.name_key = text.name_key(estate.estate_name)
	estate.pinyin_initials = text.pinyin_initials(estate.estate_name)
	estate.external_key = external_key(cstr(estate.source_channel).strip(), cstr(estate.external_id).strip())
	for row in estate.buildings:
		row.building_no = address.normalise_part(row.building_no, "building") or row.building_no


def check_rooms(estate) -> None:
	"""Refuse a building's list of rooms that can't be read, naming its row."""
	for row in estate.buildings:
		try:
			rooms.parse_rooms(row.rooms)
		except DomainError as error:
			frappe.throw(
				_("Estate {0}, row {1} of {2}: {3}").format(
					frappe.bold(escape_html(estate.estate_name)),
					row.idx,
					frappe.bold(_("Buildings", context="Estate")),
					say(row, "rooms", error),
				),
				title=_("Rooms Not Understood"),
			)


def building(estate, building_no: str):
	"""The row of an Estate's building, None where the dictionary doesn't have it."""
	return next((row for row in estate.buildings if row.building_no == building_no), None)


def check_unique(estate) -> None:
	"""Refuse a second estate of one name in a business circle."""
	if not (estate.is_new() or estate.has_value_changed("name_key") or estate.has_value_changed("territory")):
		return
	twin = frappe.db.get_value(
		"Estate", {"name_key": estate.name_key, "territory": estate.territory, "name": ("!=", estate.name)}
	)
	if twin:
		frappe.throw(
			_("{0} is already in the dictionary as {1}. Add {2} to its aliases instead.").format(
				frappe.bold(estate.estate_name),
				get_link_to_form("Estate", twin),
				frappe.bold(estate.estate_name),
			),
			frappe.DuplicateEntryError,
			title=_("Estate Exists"),
		)


def place(estate) -> dict:
	"""Return the fields that every listing copies from its Estate (distance in m, 0 for unknown)."""
	latitude, longitude = point(estate.location)
	return {
		"territory": estate.territory,
		"district": _district(estate.territory),
		"metro_distance": nearest_metro(row.distance for row in estate.metro),
		"has_school": int(bool(cstr(estate.schools).strip())),
		"latitude": latitude,
		"longitude": longitude,
	}


def carry_place(estate) -> None:
	"""Write a changed place to all listings of the estate, in one statement."""
	before = estate.get_doc_before_save()
	if before and place(before) != place(estate):
		listing = frappe.qb.DocType("Listing")
		query = frappe.qb.update(listing).where(listing.estate == estate.name)
		for field, value in place(estate).items():
			query = query.set(listing[field], value)
		query.run()


def carry_metro(estate) -> None:
	"""Write the nearest station's distance to all listings of the estate."""
	distance = place(estate)["metro_distance"]
	frappe.db.set_value("Listing", {"estate": estate.name}, "metro_distance", distance, update_modified=False)


def carry_district(territory, *_event) -> None:
	"""Write the district of a saved or renamed Territory to its listings."""
	inside = {"territory": territory.name}
	frappe.db.set_value("Listing", inside, "district", _district(territory.name), update_modified=False)


def search(txt: str, start: int, page_length: int, filters: dict | list | None = None) -> list[tuple]:
	"""Estates the session's user may read whose name, alias or pinyin initials hold `txt`."""
	typed = txt.strip()
	matches = []
	if typed:
		matches = [
			["name_key", "like", f"%{text.name_key(typed)}%"],
			["aliases", "like", f"%{typed}%"],
			["name", "=", typed],
		]
		if typed.isascii():
			matches.append(["pinyin_initials", "like", f"{typed.lower()}%"])
	return frappe.get_list(
		"Estate",
		filters=filters,
		or_filters=matches,
		fields=["name", "estate_name", "territory"],
		order_by="estate_name",
		start=start,
		page_length=page_length,
		as_list=True,
	)


def find(name: str) -> list[frappe._dict]:
	"""Every estate (name, estate_name, territory) that bears this name, now or as an alias."""
	key = text.name_key(name)
	if not key:
		return []
	fields = ["name", "estate_name", "territory", "aliases"]
	named = frappe.get_all("Estate", {"name_key": key}, fields, order_by="name")
	others = {"aliases": ("is", "set"), "name_key": ("!=", key)}
	aliased = frappe.get_all("Estate", others, fields, order_by="name")
	return named + [row for row in aliased if key in map(text.name_key, aliases(row))]


def names_like(typed: str, limit: int, inside: bool = False) -> list[str]:
	"""Names, and nothing else, of at most `limit` estates that begin with `typed` (or hold it `inside`)."""
	key = text.name_key(typed)
	pattern = f"%{key}%" if inside else f"{key}%"
	estate = frappe.qb.DocType("Estate")
	query = frappe.qb.from_(estate).select(estate.estate_name).distinct().where(estate.name_key.like(pattern))
	return query.orderby(estate.estate_name).limit(limit).run(pluck=True) if key else []


def _district(territory: str | None) -> str | None:
	"""Return the district of a business circle; a territory that is divided further is its own."""
	if not territory:
		return None
	place = frappe.get_cached_doc("Territory", territory)
	return place.name if place.is_group else place.parent_territory
