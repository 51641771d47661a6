"""A listing's form reads what people write into its boxes as an import does."""

import frappe

from agency_crm.api.desk import boxes
from agency_crm.patches.v1_0 import write_orientations_alike
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestListingWords(AgencyTestCase):
	def test_directions_have_one_way_of_writing(self):
		listing = factory.make_listing(orientation="南北通透")
		self.assertEqual(listing.orientation, "南 北")
		listing.orientation = "采光好"
		with self.assertRaisesRegex(frappe.ValidationError, "采光好"):
			listing.save()

	def test_a_box_for_a_number_says_what_it_can_t_read(self):
		"""Frappe's would calculate, 9-10/18 is 8 to it, or empty itself in silence."""
		agent = factory.make_agent()
		with as_user(agent.user):
			self.assertEqual(boxes.read_number("约120平", "Listing", "gross_area"), 120)
			self.assertEqual(boxes.read_number("9层", "Listing", "floor"), 9)
			self.assertEqual(boxes.read_number("50%", "Deal Party", "share", "Deal"), 50)
			self.assertIsNone(boxes.read_number("不限", "Client Requirement", "area_min"))
			for doctype, fieldname in (("Commission Plan", "rate"), ("Deal Party", "share")):
				with self.assertRaises(frappe.PermissionError):
					boxes.read_number("1", doctype, fieldname)
			for text, fieldname, label in (
				("9-10/18", "floor", "Floor"),
				("120-5", "gross_area", "Gross Area"),
			):
				with self.assertRaisesRegex(frappe.ValidationError, f"{label}.*{text}"):
					boxes.read_number(text, "Listing", fieldname)
			for fieldname in ("title", "nothing"):
				with self.assertRaisesRegex(frappe.ValidationError, fieldname):
					boxes.read_number("1", "Listing", fieldname)

	def test_a_duplex_is_a_tag_beside_its_layout(self):
		listing = factory.make_listing(bedrooms=0, living_rooms=0, layout="复式3+1房2厅")
		self.assertEqual((listing.bedrooms, listing.layout), (4, "4室2厅"))
		self.assertIn("复式", [row.tag for row in listing.tags])
		plain = factory.make_listing(bedrooms=0, living_rooms=0, layout="复式")
		self.assertFalse(plain.layout)
		self.assertIn("复式", [row.tag for row in plain.tags])

	def test_older_directions_are_written_alike(self):
		listings = [factory.make_listing() for _number in range(3)]
		for listing, text in zip(listings, ("南北", "北,南", "采光好"), strict=True):
			listing.db_set("orientation", text)
		write_orientations_alike.execute()
		found = [listing.reload().orientation for listing in listings]
		self.assertEqual(found, ["南 北", "南 北", "采光好"])
