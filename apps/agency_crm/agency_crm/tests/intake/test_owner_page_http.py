"""The owner's page over HTTP, as a guest with a browser, and as one without good intentions."""

from io import BytesIO

import frappe
from PIL import Image

from agency_crm.services.intake import guest_page, owner_page
from agency_crm.tests import factory
from agency_crm.tests.cases.enquiries import OFFER, PNG
from agency_crm.tests.cases.guest_pages import GuestPageCase
from agency_crm.tests.cases.http import HTTPCase


def flat_photo(width: int, height: int) -> bytes:
	stored = BytesIO()
	Image.new("L", (width, height)).save(stored, "JPEG")
	return stored.getvalue()


class TestOwnerPage(GuestPageCase, HTTPCase):
	page = owner_page.PAGE
	route, api, suggests = "list-your-home", "intake.listing_enquiries", "suggest_estates"
	sent = OFFER | {"estate": "望京西园"}
	more_rules = ("enquiry_photos_max", "photo_max_mb")

	@classmethod
	def prepare(cls):
		super().prepare()
		for number in range(guest_page.SUGGESTED + 2):
			factory.make_estate(estate_name=f"{cls.mark}{number:02}", address="保密的地址")

	def test_an_offer_with_photos(self):
		photos = [(f"{number}.png", PNG + frappe.generate_hash().encode()) for number in range(2)]
		answer = self.guest.send(photos, remarks="<script>alert(1)</script>南北通透")
		self.assertEqual(answer.status_code, 200, answer.text)
		number = answer.json()["message"]["reference_no"]
		enquiry = frappe.get_doc("Listing Enquiry", self.kept(reference_no=number)[0])
		self.assertNotIn(enquiry.name, answer.text)
		self.assertNotIn("<script>", enquiry.remarks)
		self.assertIn("alert(1)", enquiry.remarks)
		self.assertEqual(len(enquiry.photos), 2)
		for row in enquiry.photos:
			file = frappe.get_doc("File", {"file_url": row.file})
			self.assertTrue(file.is_private)
			self.assertEqual(self.guest.session.get(self.server.url + row.file, timeout=60).status_code, 403)

	def test_what_is_wrong_is_named_beside_its_box(self):
		wrong = {"gross_area": "很大", "phone": "123", "consent": ""}
		answer = self.assert_nothing_kept(lambda: self.guest.send(**wrong), 417)
		self.assertEqual(set(answer["field_errors"]), set(wrong))

	def test_photos_are_judged_before_anything_is_stored(self):
		good = ("1.png", PNG)
		self.set_rules(enquiry_photos_max=2, photo_max_mb=1)
		self.addCleanup(self.set_rules, **self.rules)
		for photos in (
			[good, ("2.jpg", b"<html><script>alert(1)</script></html>")],
			[good, ("2.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")],
			[good, ("2.png", PNG + bytes(1024 * 1024))],
			[good] * 3,
		):
			answer = self.assert_nothing_kept(lambda photos=photos: self.guest.send(photos), 417)
			self.assertEqual(set(answer["field_errors"]), {"photos"})

	def test_pixels_are_bounded_before_a_photo_is_read(self):
		"""A photo's, and a page's in all: thirteen of ten megapixels are more than one may send."""
		self.set_rules(enquiry_photos_max=20)
		self.addCleanup(self.set_rules, **self.rules)
		for photos in (
			[("1.jpg", factory.huge_photo(6000, 4400))],
			[("1.png", PNG), ("2.jpg", factory.huge_photo(30_000, 20_000))],
		):
			answer = self.assert_nothing_kept(lambda photos=photos: self.guest.send(photos), 417)
			self.assertIn("megapixels", str(answer["field_errors"]["photos"]))
		page = [(f"{number}.jpg", flat_photo(4000, 2500)) for number in range(13)]
		answer = self.assert_nothing_kept(lambda: self.guest.send(page), 417)
		self.assertIn("together", str(answer["field_errors"]["photos"]))

	def test_a_phones_photo_lands_upright(self):
		answer = self.guest.send([("IMG_1.JPG", factory.phone_photo())])
		number = answer.json()["message"]["reference_no"]
		enquiry = frappe.get_doc("Listing Enquiry", self.kept(reference_no=number)[0])
		content = frappe.get_doc("File", {"file_url": enquiry.photos[0].file}).get_content()
		kept = Image.open(BytesIO(content))
		self.assertEqual((kept.size, dict(kept.getexif())), ((40, 60), {}))

	def test_estates_are_suggested_by_name_alone(self):
		names = self.guest.suggest(self.mark).json()
		self.assertEqual(len(names["message"]), guest_page.SUGGESTED)
		self.assertEqual(set(names), {"message"})
		self.assertTrue(all(name.startswith(self.mark) for name in names["message"]))
		for typed in (self.mark[:1], "%%", "__", "保密的地址", ""):
			self.assertEqual(self.guest.suggest(typed).json()["message"], [], typed)
		self.guest.form_token = "0"
		self.assertEqual(self.guest.suggest(self.mark).status_code, 400)

	def test_an_answer_doesnt_tell_what_is_known(self):
		"""The same for an address that is listed, for a known number and for a known estate."""
		estate = factory.make_estate(estate_name=f"{self.mark}已知")
		listing = factory.make_listing(estate=estate.name)
		self.addCleanup(frappe.db.commit)  # what was committed goes
		self.addCleanup(frappe.delete_doc, "Listing", listing.name, force=True)
		frappe.db.commit()  # for the server
		answers = []
		for place in (estate.estate_name, f"{self.mark}未知"):
			self.guest.submission_token = frappe.generate_hash(length=32)
			answer = self.guest.send(estate=place, building_no="3", unit_no="2", room_no="501")
			answers.append((answer.status_code, list(answer.json()), list(answer.json()["message"])))
		self.assertEqual(*answers)
