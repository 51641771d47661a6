"""One permanent record per address, made by the system alone, on a real site."""

import frappe

from agency_crm.services.places import properties
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestProperty(AgencyTestCase):
	def test_an_address_has_one_record(self):
		estate = factory.make_estate(estate_name="试验锦绣花园")
		name = properties.get_or_create(estate.name, "3", "2", "501")
		self.assertEqual(properties.get_or_create(estate.name, "3", "2", "501"), name)
		self.assertNotEqual(properties.get_or_create(estate.name, "3", "2", "502"), name)
		home = frappe.get_doc("Property", name)
		self.assertEqual(home.address_label, "试验锦绣花园 3号楼2单元501室")
		self.assertEqual(
			(home.estate, home.building_no, home.unit_no, home.room_no), (estate.name, "3", "2", "501")
		)

	def test_half_an_address_has_none(self):
		estate = factory.make_estate().name
		self.assertIsNone(properties.get_or_create(estate, "3", "2", ""))
		self.assertEqual(frappe.db.count("Property", {"estate": estate}), 0)

	def test_one_made_meanwhile_by_somebody_else_is_taken(self):
		"""Past the look, the unique key refuses the insert, and the record of the other is read."""
		estate = factory.make_estate().name
		name = properties.get_or_create(estate, "3", "2", "501")
		key = frappe.db.get_value("Property", name, "property_key")
		self.assertEqual(properties._insert(key, estate, "3", "2", "501"), name)

	def test_no_role_makes_changes_or_deletes_one(self):
		rights = frappe.get_meta("Property").permissions
		self.assertFalse(any(row.get(right) for row in rights for right in ("create", "write", "delete")))

	def test_one_with_a_listing_stays(self):
		listing = factory.make_listing()
		self.assertRaises(frappe.LinkExistsError, frappe.delete_doc, "Property", listing.property)
