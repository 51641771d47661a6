"""The sheet of a listing: one page with its pictures and facts, nothing of its owner or its exact address."""

import io

import frappe
from frappe.translate import print_language
from PIL import Image
from pypdf import PdfReader

from agency_crm.services.listings import sheet
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

FORMAT = "Listing Sheet"


class TestListingSheet(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = factory.make_agent(licence_no="LIC20260001")
		cls.other = factory.make_agent(licence_no="LIC20260002")

	def make(self, floor_price=3210000, **fields):
		"""A listing with an owner, a certificate and an address that must not show."""
		with as_user(self.agent.user):
			owner = factory.make_client(client_name="房东欧阳锋")
			values = {"building_no": "77", "unit_no": "8", "room_no": "9966", "certificate_no": "CERT-556677"}
			values |= {"owners": [{"client": owner.name, "share": 100}], "address_text": "77-8-9966"}
			listing = factory.make_listing("Live", **{**values, **fields})
		frappe.get_doc(doctype="Listing Private", listing=listing.name, floor_price=floor_price).insert()
		return listing

	def picture(self, listing, slot, number):
		content = io.BytesIO()
		Image.new("RGB", (1600, 1200), (20 * number % 255, 90, 160)).save(content, "JPEG")
		file = frappe.get_doc(
			doctype="File",
			file_name=f"{frappe.generate_hash(length=8)}.jpg",
			attached_to_doctype="Listing",
			attached_to_name=listing.name,
			is_private=1,
			content=content.getvalue(),
		).insert()
		self.addCleanup(file.delete_file_from_filesystem)
		row = {"slot": slot, "file": file.file_url, "is_cover": int(number == 0)}
		listing.append("media", row).db_insert()

	def html(self, listing, user=None) -> str:
		with as_user(user or self.agent.user), print_language("zh"):
			return frappe.get_print("Listing", listing.name, FORMAT)

	def test_it_says_what_the_home_is(self):
		html = self.html(self.make(tags=[{"tag": self.tag("采光好测")}]))
		estate = frappe.db.get_value("Estate", {}, "estate_name", order_by="creation desc")
		for text in (estate, "350.00", "2室1厅", "89.5", "5/18", self.agent.agent_name, "LIC20260001"):
			self.assertIn(text, html)
		self.assertIn(self.agent.store, html)
		self.assertIn("采光好测", html)

	def tag(self, name):
		return frappe.get_doc(doctype="Agency Tag", tag_name=name, kind="Free").insert().name

	def test_neither_owner_nor_address_nor_papers_are_on_it(self):
		html = self.html(self.make())
		for secret in ("欧阳锋", "9966", "CERT-556677", "3210000", "321.00", "77-8", "77号", "8单元"):
			self.assertNotIn(secret, html)

	def test_a_lease_says_its_rent(self):
		html = self.html(self.make(4321, listing_type="Lease", rent_terms="押一付三"))
		self.assertIn("5,500", html)
		self.assertIn("押一付三", html)
		self.assertNotIn("4321", html)

	def test_it_names_who_gives_it_away(self):
		listing = self.make()
		self.assertIn("LIC20260002", self.html(listing, self.other.user))
		self.assertIn("LIC20260001", self.html(listing, "Administrator"), "else the maintainer")

	def test_who_may_not_see_the_listing_gets_no_sheet(self):
		listing = self.make(scope="Store")
		with as_user(self.other.user), self.assertRaises(frappe.PermissionError):
			sheet.listing_sheet(frappe.get_doc("Listing", listing.name))

	def test_with_all_its_pictures_it_is_one_page_and_small(self):
		listing = self.make()
		slots = [
			"Exterior",
			"Living Room",
			"Bedroom",
			"Bedroom",
			"Kitchen",
			"Bathroom",
			"Bathroom",
			"Floor Plan",
		]
		for number, slot in enumerate(slots):
			self.picture(listing, slot, number)
		listing.append("media", {"slot": "Bedroom", "file": "/private/files/gone.jpg"}).db_insert()
		html = self.html(listing)
		self.assertEqual(html.count("data:image/jpeg"), sheet.MOST_PHOTOS + 1)
		with as_user(self.agent.user), print_language("zh"):
			pdf = frappe.get_print("Listing", listing.name, FORMAT, as_pdf=True)
		reader = PdfReader(io.BytesIO(pdf))
		self.assertEqual(len(reader.pages), 1)
		self.assertLess(len(pdf), 1_500_000)
		self.assertIn("350.00", reader.pages[0].extract_text())
