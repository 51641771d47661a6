"""What Frappe keeps beside our records tells nobody of one they don't see: addresses, steps, notices, events.

dan works in another region; ann's private listing and client are hidden from him.
"""

import json
import time

import frappe
from frappe.utils.background_jobs import get_redis_connection_without_auth

from agency_crm.framework import notices
from agency_crm.tests.cases.http import DENIED, AgencyHTTPCase


class TestCoreRecords(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		cls.ann, cls.dan = cls.people["ann"], cls.people["dan"]
		cls.listing = cls.agency.listings["Private"]
		cls.property = frappe.db.get_value("Listing", cls.listing, "property")
		notices.tell([cls.agency.users["ann"]], lambda: "叶先生要买房", "Client", cls.secret)
		cls.notice = frappe.db.get_value("Notification Log", {"for_user": cls.agency.users["ann"]})

	def test_the_address_of_a_private_listing(self):
		address = frappe.db.get_value(
			"Property",
			self.property,
			["address_label", "building_no", "room_no", "property_key"],
			as_dict=True,
		)
		for way, answer in {
			"list": self.dan.resource("GET", "Property", params={"fields": '["*"]', "limit_page_length": 0}),
			"form": self.dan.resource("GET", "Property", self.property),
			"search": self.dan.call(
				"frappe.desk.search.search_link", doctype="Property", txt=address.address_label
			),
			"title": self.dan.call(
				"frappe.desk.search.get_link_title", doctype="Property", docname=self.property
			),
			"history": self.dan.call("agency_crm.api.listings.properties.history_of", property=self.property),
			"value": self.dan.call(
				"frappe.client.get_value",
				doctype="Property",
				fieldname=["address_label", "owner"],
				filters={"property_key": address.property_key},
			),
		}.items():
			with self.subTest(way):
				told = str(answer.json()) if answer.ok else ""
				self.assertNotIn(address.address_label, told)
				self.assertNotIn("'name': '" + self.property, told)
		place = {"estate": self.agency.estate, "building_no": address.building_no}
		# neither by asking for the very address, nor among the rooms suggested of its building
		told = self.dan.call(
			"agency_crm.api.listings.properties.history_at", **place, room_no=address.room_no
		)
		self.assertIsNone(told.json().get("message"))
		rooms = self.dan.call("agency_crm.api.listings.properties.suggest", **place).json()["message"][
			"rooms"
		]
		self.assertNotIn(address.room_no, rooms)
		rooms = self.ann.call("agency_crm.api.listings.properties.suggest", **place).json()["message"][
			"rooms"
		]
		self.assertIn(address.room_no, rooms)
		self.assertTrue(
			self.ann.call("agency_crm.api.listings.properties.history_of", property=self.property).ok
		)

	def test_another_persons_notice(self):
		told = self.ann.resource("GET", "Notification Log", self.notice)
		self.assertIn("叶先生", told.json()["data"]["subject"])
		for answer in (
			self.dan.resource("GET", "Notification Log", self.notice),
			self.dan.call("frappe.client.get", doctype="Notification Log", name=self.notice),
			self.dan.call("frappe.desk.form.load.getdoc", doctype="Notification Log", name=self.notice),
			self.people["lead"].resource("GET", "Notification Log", self.notice),
		):
			self.assertEqual(answer.status_code, DENIED, answer.text[-300:])

	def test_what_is_kept_for_one_person(self):
		"""A saved filter, whom somebody follows, their own charts and workspace: neither listed nor opened."""
		user = self.agency.users["ann"]
		filters = frappe.as_json([["Client", "client_name", "=", "叶先生"]])
		mine = {"reference_doctype": "Client", "filters": filters, "filter_name": "叶"}
		shared = self.ann.resource("POST", "List Filter", json=mine | {"filter_name": "全部"}).json()["data"]
		rows = {
			"List Filter": self.ann.resource("POST", "List Filter", json=mine | {"for_user": user}).json()[
				"data"
			],
			"Document Follow": self.write(
				"Document Follow", ref_doctype="Client", ref_docname=self.secret, user=user
			),
			"Dashboard Settings": self.write("Dashboard Settings", name=user, user=user),
			"Workspace": self.write(
				"Workspace", name="叶", title="叶", label="叶", for_user=user, public=0, content="[]"
			),
			"Energy Point Log": self.write(
				"Energy Point Log",
				user=user,
				reference_doctype="Client",
				reference_name=self.secret,
				type="Auto",
			),
		}
		frappe.db.commit()  # the server has a connection of its own
		for doctype, row in rows.items():
			with self.subTest(doctype):
				self.assertEqual(self.dan.names(doctype, [row["name"]]), set())
				self.assertEqual(self.dan.resource("GET", doctype, row["name"]).status_code, DENIED)
				field = {"for_user": self.agency.users["dan"], "user": self.agency.users["dan"]}
				self.assertEqual(
					self.dan.resource("PUT", doctype, row["name"], json=field).status_code, DENIED
				)
				self.assertTrue(self.ann.resource("GET", doctype, row["name"]).ok)
		self.assertTrue(self.dan.resource("GET", "List Filter", shared["name"]).ok)

	def test_a_workspace_is_given_to_nobody(self):
		"""It would stand in their sidebar; one that all see is its managers'."""
		mine = {"title": "丹", "label": "丹", "public": 0, "content": "[]"}
		victim, dan = self.agency.users["ann"], self.agency.users["dan"]
		answer = self.dan.resource("POST", "Workspace", json={**mine, "for_user": victim})
		self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		own = self.write("Workspace", name="丹", **mine, for_user=dan)
		frappe.db.commit()  # for the server
		answer = self.dan.resource("PUT", "Workspace", own["name"], json={"for_user": victim})
		self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		shared = frappe.db.get_value("Workspace", {"public": 1})
		row = {"parent": shared, "parenttype": "Workspace", "parentfield": "links"}
		answer = self.dan.resource("POST", "Workspace Link", json={**row, "label": "x", "type": "Link"})
		self.assertEqual(answer.status_code, DENIED, answer.text[-300:])

	@staticmethod
	def write(doctype: str, **values) -> dict:
		doc = frappe.new_doc(doctype, **values)
		doc.set_user_and_timestamp()
		doc.name = values.get("name") or frappe.generate_hash(length=10)
		doc.db_insert()
		HELD.append((doctype, doc.name))
		return doc.as_dict()

	def tearDown(self):
		for doctype, name in HELD:
			frappe.db.delete(doctype, {"name": name})
		frappe.db.commit()  # what was committed goes
		HELD.clear()
		super().tearDown()

	def test_events_name_no_record(self):
		"""Whoever may list clients is in the room of their list: it hears that something changed, no name."""
		channel = get_redis_connection_without_auth().pubsub()
		channel.subscribe("events")
		self.addCleanup(channel.close)
		answer = self.ann.resource("PUT", "Client", self.secret, json={"wechat": "wx-new"})
		self.assertTrue(answer.ok, answer.text[-300:])
		heard = list(self.events(channel, "doctype:Client"))
		self.assertEqual([event["message"] for event in heard], [{"doctype": "Client"}])

	def events(self, channel, room: str):
		"""What was said in a room until nothing more is said anywhere."""
		until = time.monotonic() + 10
		quiet = 0
		while time.monotonic() < until and quiet < 5:
			said = channel.get_message(ignore_subscribe_messages=True, timeout=0.2)
			quiet = 0 if said else quiet + 1
			event = json.loads(said["data"]) if said else {}
			if event.get("room") == room and event.get("namespace") == frappe.local.site:
				yield event


# what a test wrote into Frappe's own tables
HELD: list[tuple[str, str]] = []
