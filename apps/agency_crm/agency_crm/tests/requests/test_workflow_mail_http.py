"""A transition by the links of a mail, over HTTP: as the user it was sent to, logged in, by a click."""

import re
from urllib.parse import urlsplit

import frappe
import requests
from frappe.utils.password import update_password
from frappe.workflow.doctype.workflow_action import workflow_action

from agency_crm.tests import factory
from agency_crm.tests.cases.http import AgencyHTTPCase

PASSWORD = "Rot-13-Kranich"


class TestWorkflowMail(AgencyHTTPCase):
	def setUp(self):
		super().setUp()
		self.lead = self.agency.users["lead"]
		place = {"estate": self.agency.estate, "store": self.agency.store}
		self.listing = factory.make_listing(
			maintainer=self.agency.agents["ann"], room_no=frappe.generate_hash(length=6), **place
		)
		self.listing.db_set("status", "Verifying")
		self.action, self.next_state = self.step()
		frappe.db.commit()  # for the server

	def step(self) -> tuple[str, str]:
		"""What the manager may do with it next."""
		workflow = frappe.get_doc("Workflow", {"document_type": "Listing", "is_active": 1})
		rows = (row for row in workflow.transitions if row.state == self.listing.status)
		row = next(row for row in rows if row.allowed == "Agency Store Manager" and not row.condition)
		return row.action, row.next_state

	def links(self) -> list[str]:
		"""The addresses of the mail and, as Frappe's page had it, of what does it."""
		found = (
			workflow_action.get_workflow_action_url(self.action, self.listing, self.lead),
			workflow_action.get_confirm_workflow_action_url(self.listing, self.action, self.lead),
		)
		return [f"{urlsplit(link).path.lstrip('/')}?{urlsplit(link).query}" for link in found]

	def state(self) -> str:
		frappe.db.rollback()  # to see what the server wrote
		return frappe.db.get_value("Listing", self.listing.name, "status")

	def session(self, user: str) -> requests.Session:
		update_password(user, PASSWORD)
		frappe.db.commit()  # for the server
		session = requests.Session()
		session.headers["X-Frappe-Site-Name"] = frappe.local.site
		session.post(f"{self.server.url}/api/method/login", data={"usr": user, "pwd": PASSWORD}, timeout=60)
		session.headers["Accept"] = "text/html"
		return session

	def test_a_guest_is_sent_to_log_in_and_does_nothing(self):
		for link in self.links():
			answer = requests.get(
				f"{self.server.url}/{link}", headers=self.server.headers, allow_redirects=False
			)
			self.assertNotIn(self.action, answer.text)
			self.assertEqual(self.state(), self.listing.status)
		answer = requests.get(
			f"{self.server.url}/{self.links()[0]}", headers=self.server.headers, allow_redirects=False
		)
		self.assertEqual(answer.status_code, 302)
		self.assertIn("/login?redirect-to=%2Fapi%2Fmethod%2F", answer.headers["Location"])

	def test_the_one_it_was_sent_to_does_it_by_a_click(self):
		session = self.session(self.lead)
		page = session.get(f"{self.server.url}/{self.links()[0]}", timeout=60)
		self.assertEqual(page.status_code, 200, page.text)
		self.assertIn(self.action, page.text)
		form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
		target = re.search(r'<form method="post" action="/([^"]+)"', page.text)[1]
		for link in self.links():
			session.get(f"{self.server.url}/{link}", timeout=60)
			self.assertEqual(self.state(), self.listing.status)
		stolen = session.post(f"{self.server.url}/{target}", data={**form, "csrf_token": ""}, timeout=60)
		self.assertEqual((stolen.status_code, self.state()), (400, self.listing.status))
		done = session.post(f"{self.server.url}/{target}", data=form, timeout=60)
		self.assertEqual((done.status_code, self.state()), (200, self.next_state), done.text)
		again = session.post(f"{self.server.url}/{target}", data=form, timeout=60)
		self.assertEqual(again.status_code, 417)
		self.assertNotIn("Traceback", again.text)

	def test_another_does_nothing_with_it(self):
		for person in ("boss", "ann"):
			for link in self.links():
				answer = self.people[person].ask("GET", link)
				self.assertEqual(answer.status_code, 403, answer.text)
			form = {
				"doctype": "Listing",
				"docname": self.listing.name,
				"user": self.lead,
				"action": self.action,
			}
			confirm = "frappe.workflow.doctype.workflow_action.workflow_action.confirm_action"
			self.assertEqual(self.people[person].call(confirm, **form).status_code, 403)
		self.assertEqual(self.state(), self.listing.status)
