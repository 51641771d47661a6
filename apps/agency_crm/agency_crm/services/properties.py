"""One permanent record per address."""

import frappe

from agency_crm.domain import address


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


def _insert(key: str, estate: str, building: str, unit: str, room: str) -> str:
	estate_name = frappe.get_cached_value("Estate", estate, "estate_name")
	values = {
		"doctype": "Property",
		"property_key": key,
		"estate": estate,
		"building_no": building,
		"unit_no": unit,
		"room_no": room,
		"address_label": f"{estate_name} {address.address_label(building, unit, room)}",
	}
	frappe.db.savepoint("new_property")
	try:
		return frappe.get_doc(values).insert(ignore_permissions=True).name  # perm: made by the system
	except frappe.UniqueValidationError:
		frappe.db.rollback(save_point="new_property")
		frappe.clear_last_message()
		return frappe.db.get_value("Property", {"property_key": key}, for_update=True)
