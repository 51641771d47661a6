"""Who is shown what went wrong inside, over HTTP."""

import frappe
import requests

from agency_crm.services.intake import partners
from agency_crm.tests import factory
from agency_crm.tests.cases.http import Browser, HTTPCase

INNER = ("Traceback", "apps/frappe", "site-packages", "frappe.exceptions")


class TestTracebacks(HTTPCase):
	@classmethod
	def prepare(cls):
		key = partners.make_key(factory.make_partner())
		cls.partner = Browser(cls.server, f"{key['api_key']}:{key['api_secret']}")
		user = factory.make_user("Agency Agent").name
		secret = frappe.get_doc("User", user)
		secret.update(
			{"api_key": frappe.generate_hash(length=15), "api_secret": frappe.generate_hash(length=15)}
		)
		cls.token = f"{secret.api_key}:{secret.api_secret}"
		secret.save()

	def errors(self, session: requests.Session) -> list[requests.Response]:
		url, site = self.server.url, {"X-Frappe-Site-Name": frappe.local.site}
		broken = {"data": "{", "headers": {**site, "Content-Type": "application/json"}}
		page = {"headers": {**site, "Accept": "text/html"}}
		return [
			session.post(f"{url}/api/method/frappe.ping", **broken),
			session.post(f"{url}/app", **broken, params={"x": 1}),
			session.get(f"{url}/api/resource/User/Administrator", headers=site),
			session.get(f"{url}/api/resource/User/Administrator", **page),
			session.get(f"{url}/api/v2/document/User/Administrator", headers=site),
			session.post(f"{url}/api/method/frappe.client.insert", data={"doc": "{}"}, headers=site),
			session.get(f"{url}/api/method/no.such.function", headers=site),
			session.get(f"{url}/api/method/no.such.function", **page),
		]

	def assert_none(self, answers: list[requests.Response]):
		for answer in answers:
			self.assertGreaterEqual(answer.status_code, 400, answer.url)
			for word in INNER:
				self.assertNotIn(word, answer.text, answer.url)

	def test_a_guest_is_shown_none(self):
		wrong = {"usr": "nobody@example.com", "pwd": "x"}
		answer = requests.post(f"{self.server.url}/api/method/login", data=wrong, headers=self.server.headers)
		self.assert_none([*self.errors(requests.Session()), answer])

	def test_a_partner_is_shown_none(self):
		session = requests.Session()
		session.headers["Authorization"] = self.partner.session.headers["Authorization"]
		self.assert_none(self.errors(session))

	def test_a_system_user_is_shown_them(self):
		answer = Browser(self.server, self.token).resource("GET", "User", "Administrator")
		self.assertEqual(answer.status_code, 403)
		self.assertIn("Traceback", answer.json()["exc"])
