"""The address boxes of a listing's form, and what a home was listed and dealt for before."""

import frappe

from agency_crm.services.listings import history


@frappe.whitelist()
def suggest(estate: str, building_no: str = "", unit_no: str = "") -> dict:
	"""Suggest buildings of an estate; with a building its units and rooms."""
	frappe.has_permission("Estate", "read", doc=estate, throw=True)
	return history.suggest(estate, building_no, unit_no)


@frappe.whitelist()
def history_at(estate: str, building_no: str, room_no: str, unit_no: str = "") -> dict | None:
	"""Return what the user may know of earlier listings and deals of an address (services/listings/history.py)."""
	frappe.has_permission("Estate", "read", doc=estate, throw=True)
	return history.at(estate, building_no, unit_no, room_no)


@frappe.whitelist()
def history_of(property: str) -> dict:
	"""Return the same for a Property."""
	frappe.has_permission("Property", "read", doc=property, throw=True)
	return history.of(property)
