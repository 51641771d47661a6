"""The owner's page over HTTP, as a guest with a browser, and as one without good intentions."""

import re
from pathlib import Path
from threading import Thread

import frappe
import requests

from agency_crm.agency_crm.doctype.listing_enquiry.test_listing_enquiry import OFFER, PNG
from agency_crm.services import guest_page
from agency_crm.tests import factory
from agency_crm.tests.http import HTTPCase, Server

SUBMIT = "api/method/agency_crm.api.enquiries.submit"
SUGGEST = "api/method/agency_crm.api.enquiries.suggest_estates"
RULES = ("owner_page_enabled", "enquiries_an_hour", "enquiries_a_day", "enquiry_photos_max", "photo_max_mb")


class Guest:
	"""A browser without an account, from an address of its own, that has opened the page."""

	def __init__(self, server: Server):
		self.server, self.session = server, requests.Session()
		address = ".".join(
			str(int(part, 16) % 250) for part in re.findall("..", frappe.generate_hash(length=8))
		)
		self.session.headers.update({**server.headers, "X-Forwarded-For": address})
		page = self.session.get(f"{server.url}/list-your-home", timeout=60)
		self.page, self.status = page.text, page.status_code
		found = re.search(r'name="form_token" value="(\w+)"', page.text)
		self.form_token = found and found[1]
		self.submission_token = frappe.generate_hash(length=32)

	def send(self, photos: tuple = (), **changes) -> requests.Response:
		tokens = {"form_token": self.form_token, "submission_token": self.submission_token}
		data = {**OFFER, "estate": "望京西园", **tokens, **changes}
		files = [("photos", (name, content)) for name, content in photos]
		return self.session.post(f"{self.server.url}/{SUBMIT}", data=data, files=files, timeout=60)

	def suggest(self, typed: str) -> requests.Response:
		asked = {"form_token": self.form_token, "typed": typed}
		return self.session.get(f"{self.server.url}/{SUGGEST}", params=asked, timeout=60)


class TestOwnerPage(HTTPCase):
	@classmethod
	def prepare(cls):
		cls.rules = {rule: frappe.db.get_single_value("Agency Settings", rule) for rule in RULES}
		cls.mark = f"测试{frappe.generate_hash(length=6)}"
		for number in range(guest_page.SUGGESTED + 2):
			factory.make_estate(estate_name=f"{cls.mark}{number:02}", address="保密的地址")

	@classmethod
	def take_away(cls):
		super().take_away()
		cls.set_rules(**cls.rules)

	@staticmethod
	def set_rules(**rules):
		frappe.db.set_single_value("Agency Settings", rules)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		frappe.db.commit()  # for the server

	def setUp(self):
		super().setUp()
		self.guest = Guest(self.server)

	def kept(self, **filters) -> list[str]:
		frappe.db.rollback()  # to see what the server wrote
		return frappe.get_all("Listing Enquiry", filters, pluck="name")

	def assert_nothing_kept(self, send, status: int) -> dict:
		"""No enquiry, no row of File and no file on the disk comes of a refused request."""
		folder = Path(frappe.get_site_path("private", "files"))

		def state():
			return len(self.kept()), frappe.db.count("File"), sorted(folder.iterdir())

		before = state()
		answer = send()
		self.assertEqual(answer.status_code, status, answer.text[-300:])
		self.assertEqual(state(), before)
		return answer.json()

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

	def test_sent_twice_it_is_one_offer(self):
		numbers = []

		def send(text: str):
			numbers.append(self.guest.send(remarks=text).json()["message"]["reference_no"])

		at_once = [Thread(target=send, args=(text,)) for text in "一二"]
		for thread in at_once:
			thread.start()
		for thread in at_once:
			thread.join()
		send("三")
		self.assertEqual(len(numbers), 3)
		self.assertEqual(len(set(numbers)), 1)
		self.assertEqual(len(self.kept(submission_token=self.guest.submission_token)), 1)

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

	def test_only_our_page_may_send(self):
		other = Guest(self.server)
		for token in ("", "0" * 64, other.form_token):
			self.assert_nothing_kept(lambda token=token: self.guest.send(form_token=token), 400)
		self.assert_nothing_kept(lambda: self.guest.send(submission_token=""), 400)
		self.guest.session.cookies.clear()
		self.assert_nothing_kept(self.guest.send, 400)

	def test_a_machine_that_fills_every_box_is_thanked_and_forgotten(self):
		answer = self.assert_nothing_kept(lambda: self.guest.send(website="https://spam.example"), 200)
		self.assertEqual(len(answer["message"]["reference_no"]), 10)

	def test_limits(self):
		self.set_rules(enquiries_an_hour=1)
		self.addCleanup(self.set_rules, **self.rules)
		self.assertEqual(self.guest.send().status_code, 200)
		self.guest.submission_token = frappe.generate_hash(length=32)
		self.assert_nothing_kept(self.guest.send, 429)
		elsewhere = Guest(self.server)
		self.assertEqual(elsewhere.send().status_code, 200)
		self.set_rules(enquiries_a_day=len(self.kept()))
		self.assert_nothing_kept(Guest(self.server).send, 429)

	def test_switched_off_there_is_no_page(self):
		for rule in ("owner_page_enabled", "enquiries_an_hour"):
			self.set_rules(**{rule: 0})
			self.addCleanup(self.set_rules, **self.rules)
			self.assertEqual(Guest(self.server).status, 404)
			self.assert_nothing_kept(self.guest.send, 404)
			self.set_rules(**self.rules)
			self.assertEqual(Guest(self.server).status, 200)

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

	def test_a_guest_reaches_no_enquiry(self):
		self.assertEqual(self.guest.send().status_code, 200)
		for path in ("api/resource/Listing Enquiry", f"api/resource/Listing Enquiry/{self.kept()[0]}"):
			answer = self.guest.session.get(f"{self.server.url}/{path}", timeout=60)
			self.assertEqual(answer.status_code, 403)
		answer = self.guest.session.post(
			f"{self.server.url}/api/resource/Listing Enquiry", json={"enquirer_name": "x"}, timeout=60
		)
		self.assertEqual(answer.status_code, 403)
