"""Clients' pages over HTTP: what one takes, suggests and doesn't tell; and how one wants no more mails."""

import re
from urllib.parse import urlsplit

import frappe
import requests

from agency_crm.services.intake import client_page
from agency_crm.services.notifications import mailings
from agency_crm.tests import factory
from agency_crm.tests.cases.enquiries import NUMBER, WISH
from agency_crm.tests.cases.guest_pages import Guest, GuestPageCase
from agency_crm.tests.cases.http import HTTPCase


class TestClientPage(GuestPageCase, HTTPCase):
	page = client_page.PAGE
	route, api, suggests = "find-your-home", "intake.client_enquiries", "suggest_places"
	sent = WISH

	@classmethod
	def prepare(cls):
		super().prepare()
		cls.circle = factory.make_territory(territory_name=f"{cls.mark}商圈").name
		cls.estate = factory.make_estate(estate_name=f"{cls.mark}花园", territory=cls.circle)

	def test_a_wish_with_places(self):
		places = f"{self.circle}\n{self.estate.estate_name}"
		answer = self.guest.send(places=places, remarks="<script>alert(1)</script>朝南", campaign="抖音")
		self.assertEqual(answer.status_code, 200, answer.text)
		number = answer.json()["message"]["reference_no"]
		enquiry = frappe.get_doc("Client Enquiry", self.kept(reference_no=number)[0])
		self.assertNotIn(enquiry.name, answer.text)
		self.assertNotIn("<script>", enquiry.remarks)
		found = (enquiry.territories[0].territory, enquiry.estates[0].estate, enquiry.source_detail)
		self.assertEqual(found, (self.circle, self.estate.name, "抖音"))

	def test_what_is_wrong_is_named_beside_its_box(self):
		wrong = {"budget": "400-300", "area": "很大", "phone": "123", "consent": "", "bedrooms": "1' or '1"}
		answer = self.assert_nothing_kept(lambda: self.guest.send(**wrong), 417)
		self.assertEqual(set(answer["field_errors"]), set(wrong))
		self.assert_nothing_kept(lambda: self.guest.send(requirement_type="Sale"), 417)

	def test_places_are_suggested_by_name_alone(self):
		names = self.guest.suggest(self.mark).json()
		self.assertEqual(names, {"message": [self.circle, self.estate.estate_name]})
		for typed in (self.mark[:1], "%%", "__", ""):
			self.assertEqual(self.guest.suggest(typed).json()["message"], [], typed)
		self.guest.form_token = "0"
		self.assertEqual(self.guest.suggest(self.mark).status_code, 400)

	def test_an_answer_doesnt_tell_whose_number_is_known(self):
		factory.make_client(phones=[{"number": NUMBER}])
		frappe.db.commit()  # for the server
		answers = []
		for number in (NUMBER, factory.make_phone()):
			self.guest.submission_token = frappe.generate_hash(length=32)
			answer = self.guest.send(phone=number)
			answers.append((answer.status_code, list(answer.json()), list(answer.json()["message"])))
		self.assertEqual(*answers)

	def test_a_token_of_another_page_is_none(self):
		self.route = "list-your-home"
		other = Guest(self)
		other.case = type(self)
		self.assert_nothing_kept(other.send, 400)


class TestStopMails(HTTPCase):
	"""The page behind the link of a mail, followed by people and by the machines that look at their mail."""

	@classmethod
	def prepare(cls):
		agreed = {"consent": "Given", "consent_source": "门店登记表"}
		cls.client = factory.make_client(**agreed).name
		cls.link = urlsplit(mailings.stop_link(cls.client))

	def open(self, query: str) -> str:
		self.session = requests.Session()
		self.session.headers.update(self.server.headers | {"Accept": "text/html"})
		return self.session.get(f"{self.server.url}{self.link.path}?{query}", timeout=120).text

	def consent(self) -> str:
		frappe.db.rollback()  # to see what the server has written
		return frappe.db.get_value("Client", self.client, "consent")

	def test_the_button_withdraws_the_consent_and_the_link_alone_does_not(self):
		page = self.open(self.link.query)
		self.assertEqual(self.consent(), "Given")
		sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([-\w]+)">', page))
		token = re.search(r'data-session-token="(\w*)"', page)[1] or "None"
		stop = f"{self.server.url}/api/method/agency_crm.api.notifications.mailings.stop"
		answer = self.session.post(stop, data=sent, headers={"X-Frappe-CSRF-Token": token}, timeout=120)
		self.assertEqual((answer.status_code, self.consent()), (200, "Withdrawn"), answer.text)

	def test_a_link_that_was_cut_off_offers_no_button(self):
		for query in (self.link.query[:-1], f"client={self.client}", "client=<script>", ""):
			page = self.open(query)
			self.assertNotIn("<button", page, query)
			self.assertNotIn("<script", page, query)
