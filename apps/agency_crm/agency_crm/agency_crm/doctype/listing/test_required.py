"""Which facts a listing must have is the administrator's choice, asked at every door, on a real site."""

import frappe

from agency_crm.framework import workflow_guard
from agency_crm.services.listings import required
from agency_crm.tests.cases.listings import ListingCase


class TestRequired(ListingCase):
	def require(self, *rules: tuple):
		settings = frappe.get_doc("Agency Settings")
		settings.set("required_fields", [])
		for listing_type, fieldname, when in rules:
			row = {"listing_type": listing_type, "fieldname": fieldname, "required_when": when}
			settings.append("required_fields", row)
		settings.save()

	def test_all_that_is_missing_is_named_at_once(self):
		self.require(
			("Sale", "decoration", "Saving"),
			("", "year_built", "Saving"),
			("Lease", "available_from", "Saving"),
			("Sale", "orientation", "Going on the Market"),
		)
		estate = frappe.db.get_value("Estate", {"year_built": 0}) or self.estate.name
		message = self.refused(frappe.MandatoryError, estate=estate, year_built=0)
		self.assertIn("Decoration", message)
		self.assertNotIn("Available From", message)
		self.assertNotIn("Orientation", message)
		self.assertTrue(self.make(decoration="Fine").name)
		self.assertIn("Available From", self.refused(frappe.MandatoryError, listing_type="Lease"))

	def test_what_the_market_needs_is_asked_on_the_way_there(self):
		self.require(("", "orientation", "Going on the Market"), ("Sale", "media", "Going on the Market"))
		listing = self.make()
		with self.assertRaisesRegex(frappe.MandatoryError, "Orientation.*Media"):
			workflow_guard.move(listing, "Live")

	def test_a_rule_made_later_is_not_asked_of_what_the_system_saves(self):
		listing = self.make(phase="Live")
		self.require(("", "decoration", "Saving"))
		workflow_guard.move(listing, "Held")
		with self.assertRaises(frappe.MandatoryError):
			listing.save()

	def test_only_what_somebody_fills_in_can_be_chosen(self):
		for fieldname in ("unit_price", "phase", "nothing", "ownership_tab", "<b>"):
			self.assertRaises(frappe.ValidationError, self.require, ("", fieldname, "Saving"))
		twice = ("Sale", "floor", "Saving")
		self.assertRaises(frappe.ValidationError, self.require, twice, twice)
		self.assertTrue({"owners", "media", "floor"} < set(required.choices()))
