"""Our pages for people without an account over HTTP, as a guest with a browser, and as one without good intentions."""

import re
from copy import copy
from pathlib import Path
from threading import Thread

import frappe
import requests

from agency_crm.services.intake.guest_page import GuestPage


class Guest:
	"""A browser without an account, from an address of its own, that has opened a case's page."""

	def __init__(self, case: type["GuestPageCase"]):
		self.case = case
		self._from_an_address()
		page = self.session.get(f"{case.server.url}/{case.route}", timeout=60)
		self.page, self.status = page.text, page.status_code
		found = re.search(r'name="form_token" value="(\w+)"', page.text)
		self.form_token = found and found[1]

	def elsewhere(self) -> "Guest":
		"""Another with the same page, its cookie and its token: Frappe's opening of one takes a second."""
		other = copy(self)
		other._from_an_address()
		other.session.cookies.update(self.session.cookies)
		return other

	def _from_an_address(self):
		parts = re.findall("..", frappe.generate_hash(length=8))
		address = ".".join(str(int(part, 16) % 250) for part in parts)
		self.session = requests.Session()
		self.session.headers.update({**self.case.server.headers, "X-Forwarded-For": address})
		self.submission_token = frappe.generate_hash(length=32)

	def send(self, photos: tuple = (), **changes) -> requests.Response:
		tokens = {"form_token": self.form_token, "submission_token": self.submission_token}
		data = {**self.case.sent, **tokens, **changes}
		files = [("photos", (name, content)) for name, content in photos]
		return self.session.post(self._url("submit"), data=data, files=files, timeout=60)

	def suggest(self, typed: str) -> requests.Response:
		asked = {"form_token": self.form_token, "typed": typed}
		return self.session.get(self._url(self.case.suggests), params=asked, timeout=60)

	def _url(self, method: str) -> str:
		return f"{self.case.server.url}/api/method/agency_crm.api.{self.case.api}.{method}"


class GuestPageCase:
	"""What holds for each of our pages: mixed into an HTTPCase that names the page, its route and its endpoints."""

	page: GuestPage
	route: str
	api: str
	suggests: str
	sent: dict
	more_rules: tuple = ()
	opened: Guest | None = None

	@classmethod
	def prepare(cls):
		cls.believe_addresses()
		rules = (cls.page.switch, cls.page.an_hour, cls.page.a_day, *cls.more_rules)
		cls.rules = {rule: frappe.db.get_single_value("Agency Settings", rule) for rule in rules}
		cls.mark = f"测试{frappe.generate_hash(length=6)}"

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
		cls = type(self)
		cls.opened = cls.opened or Guest(cls)
		self.guest = cls.opened.elsewhere()

	def kept(self, **filters) -> list[str]:
		frappe.db.rollback()  # to see what the server wrote
		return frappe.get_all(self.page.doctype, filters, pluck="name")

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

	def test_only_our_page_may_send(self):
		other = Guest(type(self))
		for token in ("", "0" * 64, other.form_token):
			self.assert_nothing_kept(lambda token=token: self.guest.send(form_token=token), 400)
		self.assert_nothing_kept(lambda: self.guest.send(submission_token=""), 400)
		self.guest.session.cookies.clear()
		self.assert_nothing_kept(self.guest.send, 400)

	def test_a_machine_that_fills_every_box_is_thanked_and_forgotten(self):
		answer = self.assert_nothing_kept(lambda: self.guest.send(website="https://spam.example"), 200)
		self.assertEqual(len(answer["message"]["reference_no"]), 10)

	def test_limits(self):
		self.set_rules(**{self.page.an_hour: 1})
		self.addCleanup(self.set_rules, **self.rules)
		self.assertEqual(self.guest.send().status_code, 200)
		self.guest.submission_token = frappe.generate_hash(length=32)
		self.assert_nothing_kept(self.guest.send, 429)
		self.assertEqual(self.guest.elsewhere().send().status_code, 200)
		self.set_rules(**{self.page.a_day: len(self.kept(submission_token=("is", "set")))})
		self.assert_nothing_kept(self.guest.elsewhere().send, 429)

	def test_switched_off_there_is_no_page(self):
		for rule in (self.page.switch, self.page.an_hour):
			self.set_rules(**{rule: 0})
			self.addCleanup(self.set_rules, **self.rules)
			self.assertEqual(Guest(type(self)).status, 404)
			self.assert_nothing_kept(self.guest.send, 404)
			self.set_rules(**self.rules)
			self.assertEqual(Guest(type(self)).status, 200)

	def test_a_guest_reaches_no_enquiry(self):
		self.assertEqual(self.guest.send().status_code, 200)
		for path in (
			f"api/resource/{self.page.doctype}",
			f"api/resource/{self.page.doctype}/{self.kept()[0]}",
		):
			answer = self.guest.session.get(f"{self.server.url}/{path}", timeout=60)
			self.assertEqual(answer.status_code, 403)
		answer = self.guest.session.post(
			f"{self.server.url}/api/resource/{self.page.doctype}", json={"enquirer_name": "x"}, timeout=60
		)
		self.assertEqual(answer.status_code, 403)

	def test_sent_twice_it_is_one_enquiry(self):
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
