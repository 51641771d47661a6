"""One permanent record per address."""

from collections.abc import Iterable, Sequence

import frappe

from agency_crm.domain import address
from agency_crm.framework import system_fields
from agency_crm.services import bulk


def get_or_create(estate: str, building: str, unit: str, room: str) -> str | None:
	"""Return the name of the Property of an address, made if need be; None for half an address.

	Inserting first and reading with a lock after a refusal is the one order in which two writers of a new
	address both end with the same record.
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
			"address_label": f"{estate_name} {address.address_label(building, unit, room)}",
		}
	)


def _insert(key: str, *parts: str) -> str:
	frappe.db.savepoint("new_property")
	try:
		home = _document(key, *parts)
		with system_fields.writing(home):
			return home.insert(ignore_permissions=True).name  # perm: made by the system
	except frappe.UniqueValidationError:
		frappe.db.rollback(save_point="new_property")
		frappe.clear_last_message()
		return frappe.db.get_value("Property", {"property_key": key}, for_update=True)
