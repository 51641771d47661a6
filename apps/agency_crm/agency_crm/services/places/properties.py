"""Property: one permanent record for each address."""

from collections.abc import Iterable, Sequence

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from agency_crm.domain.inputs import address
from agency_crm.domain.listings import record as rules
from agency_crm.framework import bulk, jobs, system_fields, unique

PARTS = ("building_no", "unit_no", "room_no")


def get_or_create(estate: str, building: str, unit: str, room: str) -> str | None:
	"""Return the name of the Property of an address, made if need be; None for half an address.

	Insert first, then read with a lock after a refusal: in no other order do two writers of a new address both
	get the same record.
	"""
	key = address.property_key(estate, building, unit, room)
	if not key:
		return None
	name = frappe.db.get_value("Property", {"property_key": key})
	return name or _insert(key, estate, building, unit, room)


def ensure(addresses: Iterable[Sequence[str]]) -> None:
	"""Make the Properties of many (estate, building, unit, room) that aren't there yet, in bulk.

	The unique key refuses the whole where another writer makes one of them meanwhile.
	"""
	whole = {address.property_key(*parts): parts for parts in addresses}
	whole.pop(None, None)
	there = bulk.there("Property", "property_key", whole)
	bulk.insert([_document(key, *parts) for key, parts in whole.items() if key not in there])


def relabel(estate) -> None:
	"""Write the labels of an estate's homes anew."""
	fields = ["name", *PARTS]
	rows = frappe.get_all("Property", {"estate": estate.name}, fields, order_by="")
	labels = {
		row.name: {"address_label": _label(estate.estate_name, *(row[part] for part in PARTS))}
		for row in rows
	}
	frappe.db.bulk_update("Property", labels, update_modified=False)


def renew_addresses() -> None:
	"""Rewrite every home's address by today's rules.

	In chunks, each a transaction: killed, it is run again and finds the rest. A home whose live listing meets
	another's at the new address stays, with an entry in the Error Log.
	"""
	jobs.by_chunks("Property", _renew_lot)


def _renew_lot(names: list[str]) -> None:
	fields = ["name", "estate", "property_key", *PARTS]
	for home in frappe.get_all("Property", {"name": ("in", names)}, fields, order_by="name"):
		if address.property_key(home.estate, *(home[part] for part in PARTS)) != home.property_key:
			readdress(home, home.estate)


def readdress(home, estate: str) -> None:
	"""Give a Property the address of today's rules in `estate`, and its listings with it.

	`home` holds name and the parts of the address. Where that is another Property's already, the listings go
	over to that one. Raises DuplicateEntryError where both have a live listing.
	"""
	parts = [
		getattr(address.combine(*(home[part] for part in PARTS)), part)
		for part in ("building", "unit", "room")
	]
	key = address.property_key(estate, *parts)
	if not key:
		return
	values = {"estate": estate, **dict(zip(PARTS, parts, strict=True))}
	_carry_address(home.name, key, values)
	twin = frappe.db.get_value("Property", {"property_key": key, "name": ("!=", home.name)}, for_update=True)
	if twin:
		frappe.db.set_value("Listing", {"property": home.name}, "property", twin, update_modified=False)
		frappe.delete_doc("Property", home.name, ignore_permissions=True)  # perm: of an address that is gone
		return
	label = _label(frappe.get_cached_value("Estate", estate, "estate_name"), *parts)
	values |= {"property_key": key, "address_label": label}
	frappe.db.set_value("Property", home.name, values, update_modified=False)


def _carry_address(home: str, key: str, values: dict) -> None:
	fields = ["name", "title", "listing_type", "phase"]
	for row in frappe.get_all("Listing", {"property": home}, fields, order_by="name"):
		live_key = rules.live_key(key, row.listing_type, row.phase)
		taken = {"live_key": live_key, "name": ("!=", row.name)}
		if live_key and (other := frappe.db.get_value("Listing", taken, "name")):
			frappe.throw(
				_("Listings {0} and {1} are of one home then: merge them first, or end one.").format(
					get_link_to_form("Listing", row.name), get_link_to_form("Listing", other)
				),
				frappe.DuplicateEntryError,
				title=_("Already Listed"),
			)
		frappe.db.set_value(
			"Listing", row.name, {**values, "live_key": live_key, "to_compare": 1}, update_modified=False
		)


def _label(estate_name: str, *parts: str) -> str:
	return f"{estate_name} {address.address_label(*parts)}"


def _document(key: str, estate: str, building: str, unit: str, room: str):
	estate_name = frappe.get_cached_value("Estate", estate, "estate_name")
	return frappe.get_doc(
		{
			"doctype": "Property",
			"property_key": key,
			"estate": estate,
			"building_no": building,
			"unit_no": unit,
			"room_no": room,
			"address_label": _label(estate_name, building, unit, room),
		}
	)


def _insert(key: str, *parts: str) -> str:
	home = _document(key, *parts)
	with system_fields.writing(home):
		if unique.is_first(lambda: home.insert(ignore_permissions=True)):  # perm: made by the system
			return home.name
	return frappe.db.get_value("Property", {"property_key": key}, for_update=True)
