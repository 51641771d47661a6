"""Floor price and owner's notes: written and shown by those who work on the listing, in no list."""

import frappe

from agency_crm.api.privacy import reveals as api
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestListingPrivate(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.agent, self.other = factory.make_agent(), factory.make_agent()
		self.listing = factory.make_listing("Live", maintainer=self.agent.name, store=self.agent.store).name

	def test_written_and_shown(self):
		with self.set_user(self.agent.user):
			api.set_listing_private(self.listing, floor_price=3300000)
			api.set_listing_private(self.listing, owner_notes="周末可看")
			(price,) = api.reveal("Floor Price", "Listing", self.listing, None, "议价")
			(notes,) = api.reveal("Owner Notes", "Listing", self.listing, None, "约看")
		self.assertEqual((price["value"], notes["value"]), (3300000, "周末可看"))
		logged = frappe.get_all("Contact Reveal", {"listing": self.listing}, pluck="what")
		self.assertEqual(set(logged), {"Floor Price", "Owner Notes"})

	def test_who_sees_the_listing_sees_no_floor(self):
		with self.set_user(self.agent.user):
			api.set_listing_private(self.listing, floor_price=3300000)
		with self.set_user(self.other.user):
			self.assertTrue(frappe.has_permission("Listing", "read", doc=self.listing))
			ask = (api.reveal, "Floor Price", "Listing", self.listing, None, "好奇")
			self.assertRaises(frappe.PermissionError, *ask)
			self.assertRaises(frappe.PermissionError, api.set_listing_private, self.listing, 1)
			self.assertRaises(frappe.PermissionError, frappe.get_list, "Listing Private")
			self.assertRaises(
				frappe.PermissionError, frappe.get_doc("Listing Private", self.listing).check_permission
			)
		self.assertFalse(frappe.db.exists("Contact Reveal", {"listing": self.listing}))

	def test_nothing_kept_is_nothing_logged(self):
		with self.set_user(self.agent.user):
			ask = (api.reveal, "Floor Price", "Listing", self.listing, None, "议价")
			self.assertRaises(frappe.ValidationError, *ask)
		self.assertFalse(frappe.db.exists("Contact Reveal", {"listing": self.listing}))

	def test_a_floor_above_the_price_is_refused(self):
		with self.set_user(self.agent.user):
			for price in (3500001, -1):
				self.assertRaises(frappe.ValidationError, api.set_listing_private, self.listing, price)

	def test_a_secret_of_the_other_kind_of_record(self):
		with self.set_user(self.agent.user):
			ask = (api.reveal, "Identity Number", "Listing", self.listing, None, "x")
			self.assertRaises(frappe.PermissionError, *ask)
