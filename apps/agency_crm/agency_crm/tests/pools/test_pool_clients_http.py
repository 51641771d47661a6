"""A client of the pool is read only until claimed, follow-ups apart; who brought a client is settled.

Rules: docs/rules/clients.md, "Pools", "Referrals".
"""

import frappe
from frappe.utils import now_datetime

from agency_crm.tests import factory
from agency_crm.tests.cases.http import DENIED, AgencyHTTPCase

POOLS = {
	"Store": ("bob", "assistant"),
	"Area": ("bob", "cat"),
}  # who reads it and works on it no more than that
ABOVE = ("lead", "boss", "admin")


class TestPoolClients(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		cls.pooled = {pool: cls.agency.clients[pool] for pool in POOLS}
		cls.wishes = {pool: factory.make_requirement(client=name).name for pool, name in cls.pooled.items()}

	def test_who_reads_it_changes_nothing_of_it(self):
		phone = {"number": "13900001111"}
		for pool, people in POOLS.items():
			name = self.pooled[pool]
			before = frappe.get_doc("Client", name).as_dict()
			for person in people:
				browser, agent = self.people[person], self.agency.agents[person]
				put = {
					"a word": {"wechat": "wx-mine"},
					"the number": {"phones": [phone]},
					"who brought them": {"referred_by": agent},
					"themselves": {"agent": agent},
					"a helper": {"collaborators": [{"agent": agent}]},
					"a relation": {"relations": [{"person_name": "王女士", "relation": "Spouse"}]},
				}
				for what, values in put.items():
					with self.subTest(pool=pool, person=person, what=what):
						answer = browser.resource("PUT", "Client", name, json=values)
						self.assertEqual(answer.status_code, DENIED)
				for what, answer in {
					"a requirement": browser.resource("POST", "Client Requirement", json={"client": name}),
					"its requirement": browser.resource(
						"PUT", "Client Requirement", self.wishes[pool], json={"remarks": "x"}
					),
					"a link": browser.call(
						"agency_crm.api.clients.referrals.make_link", doctype="Client", name=name
					),
					"an address": browser.call(
						"agency_crm.api.notifications.mailings.set_email", client=name, email="x@x.example"
					),
				}.items():
					with self.subTest(pool=pool, person=person, what=what):
						self.assertEqual(answer.status_code, DENIED, answer.text[-400:])
				# Frappe stumbles over its own refusal here and answers 500
				tagged = browser.call("frappe.desk.doctype.tag.tag.add_tag", tag="我的", dt="Client", dn=name)
				self.assertFalse(tagged.ok)
			frappe.db.rollback()  # to see what the server wrote
			self.assertEqual(frappe.get_doc("Client", name).as_dict(), before)

	def test_a_follow_up_is_written_and_a_wish_to_be_erased_passed_on(self):
		call = {"method": "Call", "content": "问了近况，下月再联系", "followed_on": str(now_datetime())}
		for pool, people in POOLS.items():
			for person in people:
				with self.subTest(pool=pool, person=person):
					values = {**call, "client": self.pooled[pool]}
					answer = self.people[person].resource("POST", "Follow Up", json=values)
					self.assertTrue(answer.ok, answer.text[-500:])
		asked = {"client": self.pooled["Store"], "reason": "本人来电"}
		answer = self.people["bob"].call("agency_crm.api.privacy.erasures.ask", **asked)
		self.assertTrue(answer.ok, answer.text[-500:])

	def test_it_is_claimed_before_a_viewing(self):
		"""A viewing protects a client, moves them on and earns a share."""
		for person, status in (("bob", 403), ("lead", 200)):
			viewing = {"client": self.pooled["Store"], "scheduled_start": str(now_datetime())}
			viewing |= {"agent": self.agency.agents["bob"]}
			viewing["stops"] = [{"listing": self.agency.listings["Public"]}]
			answer = self.people[person].resource("POST", "Viewing", json=viewing)
			self.assertEqual(answer.status_code, status, answer.text[-500:])

	def test_the_managers_above_change_it(self):
		for pool, name in self.pooled.items():
			for person in ABOVE:
				with self.subTest(pool=pool, person=person):
					answer = self.people[person].resource("PUT", "Client", name, json={"wechat": person})
					self.assertTrue(answer.ok, answer.text[-500:])
			answer = self.people["lead"].resource(
				"PUT", "Client Requirement", self.wishes[pool], json={"remarks": "想看东边"}
			)
			self.assertTrue(answer.ok, answer.text[-500:])

	def test_claimed_it_is_ones_own(self):
		client = factory.make_client(store=self.agency.store, pool="Store").name
		frappe.db.commit()  # the server has a connection of its own
		bob, values = self.people["bob"], {"json": {"wechat": "wx-mine"}}
		self.assertEqual(bob.resource("PUT", "Client", client, **values).status_code, DENIED)
		self.assertTrue(bob.call("agency_crm.api.pools.clients.claim", client=client).ok)
		self.assertTrue(bob.resource("PUT", "Client", client, **values).ok)


class TestWhoBroughtThem(AgencyHTTPCase):
	"""It earns a share of every deal: settled when the client is entered, later decided above."""

	def setUp(self):
		super().setUp()
		self.ann, self.lead = self.people["ann"], self.people["lead"]
		self.agents = self.agency.agents
		self.client = factory.make_client(agent=self.agents["ann"]).name
		frappe.db.commit()  # the server has a connection of its own

	def referred_by(self) -> str | None:
		frappe.db.rollback()  # to see what the server wrote
		return frappe.db.get_value("Client", self.client, "referred_by")

	def test_its_agent_settles_it_when_entering_it_and_not_later(self):
		phones = [{"number": factory.make_phone()}]
		values = {"client_name": "张三", "is_buyer": 1, "phones": phones, "referred_by": self.agents["bob"]}
		answer = self.ann.resource("POST", "Client", json=values)
		self.assertEqual(answer.json()["data"]["referred_by"], self.agents["bob"])
		made = answer.json()["data"]["name"]
		for change in (
			{"referred_by": self.agents["ann"]},
			{"referred_by": None},
			{"referred_by_client": self.client},
		):
			with self.subTest(change):
				answer = self.ann.resource("PUT", "Client", made, json=change)
				self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
				self.assertIn("Client Request", answer.text)

	def test_a_manager_above_changes_it_but_not_to_their_own_good(self):
		manager = factory.make_agent(user=self.agency.users["lead"], store=self.agency.store).name
		frappe.db.commit()  # the server has a connection of its own
		answer = self.lead.resource("PUT", "Client", self.client, json={"referred_by": manager})
		self.assertEqual(answer.status_code, DENIED)
		answer = self.lead.resource("PUT", "Client", self.client, json={"referred_by": self.agents["bob"]})
		self.assertTrue(answer.ok, answer.text[-500:])
		self.assertEqual(self.referred_by(), self.agents["bob"])

	def test_it_is_asked_for_and_decided_by_somebody_without_a_part_in_it(self):
		asked = {
			"client": self.client,
			"kind": "Referral",
			"to_agent": self.agents["bob"],
			"reason": "介绍来的",
		}
		answer = self.ann.resource("POST", "Client Request", json=asked)
		self.assertTrue(answer.ok, answer.text[-500:])
		request = answer.json()["data"]["name"]
		for person, status in (("ann", DENIED), ("bob", DENIED), ("lead", 200)):
			answer = self.people[person].call("agency_crm.api.pools.requests.approve", request=request)
			self.assertEqual(answer.status_code, status, answer.text[-500:])
		self.assertEqual(self.referred_by(), self.agents["bob"])
		self.assertEqual(frappe.db.get_value("Client Request", request, "status"), "Approved")
		again = self.ann.resource("POST", "Client Request", json=asked)
		self.assertEqual(again.status_code, 417)
