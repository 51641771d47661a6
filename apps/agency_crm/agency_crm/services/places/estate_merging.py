"""Merge two Estates: Frappe's merge by renaming, and what Frappe doesn't know.

Frappe moves the links. The old names become aliases; homes that both have become one; titles and labels take
the name that stays.
"""

import frappe
from frappe import _
from frappe.utils import escape_html

from agency_crm.framework import fetched
from agency_crm.services.places import estates, properties

# of a requirement, an estate stands once
WISHED = "Requirement Estate"


def check_merge(estate, merge: bool) -> None:
	"""Refuse another number for an estate, and a merge by whoever may not delete it."""
	if not merge:
		frappe.throw(
			_("Estate {0} keeps its number {1}. To call it otherwise change {2}.").format(
				frappe.bold(escape_html(estate.estate_name)),
				estate.name,
				frappe.bold(_("Estate Name", context="Estate")),
			)
		)
	estate.check_permission("delete")


def take_in(kept, gone) -> None:
	"""Give `kept` all that `gone` had; Frappe has moved the links, the caller deletes `gone`.

	Raises DuplicateEntryError where both have a live listing of one home: those are merged first.
	"""
	fields = ["name", *properties.PARTS]
	homes = {"property_key": ("like", f"{gone.name}|%")}
	for home in frappe.get_all("Property", homes, fields, order_by="name"):
		properties.readdress(home, kept.name)
	_drop_second_wishes(kept.name)
	_take_over(kept, gone)
	kept.save()
	_place(kept)
	estates.retitle(kept)
	fetched.carry_titles("Estate", [kept.name])


def _take_over(kept, gone) -> None:
	estates.add_aliases(kept, [gone.estate_name, *estates.aliases(gone)])
	there = {row.building_no for row in kept.buildings}
	for row in gone.buildings:
		if row.building_no not in there:
			kept.append("buildings", row.as_dict(no_default_fields=True))
	if not kept.metro:
		kept.set("metro", [row.as_dict(no_default_fields=True) for row in gone.metro])
	for field in ("address", "year_built", "property_type", "schools", "location"):
		kept.set(field, kept.get(field) or gone.get(field))
	if gone.external_key and not kept.external_key:
		number = {field: gone.get(field) for field in ("source_channel", "external_id")}
		gone.db_set({field: None for field in ("source_channel", "external_id", "external_key")})
		kept.update(number)


def _place(kept) -> None:
	"""Write the kept estate's place to the listings that moved to it."""
	frappe.db.set_value("Listing", {"estate": kept.name}, estates.place(kept), update_modified=False)


def _drop_second_wishes(estate: str) -> None:
	seen = set()
	for row in frappe.get_all(
		WISHED, {"estate": estate}, ["name", "parent", "parenttype"], order_by="parent, idx"
	):
		if (row.parenttype, row.parent) in seen:
			frappe.db.delete(WISHED, {"name": row.name})
		seen.add((row.parenttype, row.parent))
