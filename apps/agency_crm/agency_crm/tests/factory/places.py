"""Business circles and estates."""

import frappe

from agency_crm.tests.factory.record import insert


def make_territory(**fields):
	"""A business circle under the root of the territories."""
	values = {
		"territory_name": f"Circle {frappe.generate_hash(length=8)}",
		"parent_territory": frappe.db.get_value("Territory", {"parent_territory": ("in", ("", None))}),
	}
	return insert("Territory", {**values, **fields})


def make_estate(**fields):
	"""An estate in a business circle of its own."""
	values = {"estate_name": f"Estate {frappe.generate_hash(length=8)}"}
	if "territory" not in fields:
		values["territory"] = make_territory().name
	return insert("Estate", {**values, **fields})
