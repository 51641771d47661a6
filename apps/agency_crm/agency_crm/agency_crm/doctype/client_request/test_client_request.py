"""Access to another's client, and its transfer: asked for, decided above, by nobody who gains or loses by it."""

import frappe
from frappe.utils import today

from agency_crm.services.pools import requests
from agency_crm.tests import factory
from agency_crm.tests.cases.pools import PoolsCase
from agency_crm.tests.users import as_user


class TestClientRequest(PoolsCase):
	def ask(self, client, asker, kind: str = "Transfer", **fields):
		with as_user(asker.user):
			values = {"client": client.name, "kind": kind, "reason": "客户是我的老邻居"}
			return frappe.get_doc({"doctype": "Client Request", **values, **fields}).insert()

	def shared(self):
		client = self.make_client(idle=9)
		client.append("collaborators", {"agent": self.colleague.name})
		return client.save()

	def approve(self, request, user: str | None = None):
		with as_user(user or self.manager):
			requests.approve(request.name)
		return request.reload()

	def test_the_manager_transfers_what_a_helper_asks_for(self):
		client = self.shared()
		request = self.ask(client, self.colleague)
		self.assertEqual((request.from_agent, request.to_agent), (self.agent.name, self.colleague.name))
		for user in (self.manager, self.agent.user):
			self.assertTrue(self.told(user))
		self.assertEqual(self.approve(request).status, "Approved")
		client.reload()
		self.assertEqual((client.agent, client.collaborators), (self.colleague.name, []))
		self.assertGreater(client.last_effective_on, client.creation)
		self.assertEqual(self.trace(client)[-1], ("Transfer", self.agent.name, self.colleague.name))

	def test_access_is_given_once_and_to_nobody_who_left(self):
		client = self.make_client()
		request = self.ask(client, self.agent, kind="Access", to_agent=self.colleague.name)
		client.append("collaborators", {"agent": self.colleague.name})
		client.save()
		self.approve(request)
		self.assertEqual([row.agent for row in client.reload().collaborators], [self.colleague.name])
		late = self.ask(client, self.agent, kind="Access", to_agent=self.stranger.name)
		other = self.make_client()
		self.addCleanup(frappe.clear_document_cache, "Agent", self.stranger.name)
		frappe.get_doc("Agent", self.stranger.name).update({"status": "Left", "left_on": today()}).save()
		with self.assertRaisesRegex(frappe.ValidationError, "has left"):
			self.approve(late)
		with self.assertRaisesRegex(frappe.ValidationError, "has left"):
			self.ask(other, self.agent, kind="Access", to_agent=self.stranger.name)

	def test_its_agent_gives_it_away(self):
		client = self.make_client()
		request = self.ask(client, self.agent, to_agent=self.stranger.name)
		with as_user(self.stranger.user):
			self.assertFalse(frappe.has_permission("Client", "read", doc=client.name))
			self.assertTrue(frappe.has_permission("Client Request", "read", doc=request.name))
			self.assertNotIn(client.client_name, " ".join(self.told(self.stranger.user)))
		self.approve(request)
		self.assertEqual(client.reload().store, self.stranger.store)

	def test_nobody_decides_on_their_own(self):
		manager = factory.make_agent(user=self.manager, store=self.store)
		request = self.ask(self.make_client(manager), manager, to_agent=self.colleague.name)
		for user in (self.manager, self.colleague.user, self.stranger.user):
			with self.subTest(user), self.assertRaises(frappe.PermissionError):
				self.approve(request, user)
		self.approve(request, factory.make_user("Agency Administrator").name)

	def test_others_ask_for_nothing_they_do_not_see(self):
		client = self.make_client()
		for asker, to in ((self.stranger, self.stranger), (self.colleague, self.colleague)):
			with self.assertRaises(frappe.PermissionError):
				self.ask(client, asker, to_agent=to.name)
		with self.assertRaisesRegex(frappe.PermissionError, "is to get it"):
			self.ask(self.shared(), self.colleague, to_agent=self.stranger.name)
		with self.assertRaisesRegex(frappe.ValidationError, "claim it"):
			self.ask(self.make_pooled(), self.colleague)

	def test_the_same_is_asked_once_and_with_a_reason(self):
		client = self.shared()
		with self.assertRaises(frappe.MandatoryError):
			self.ask(client, self.colleague, reason=" ")
		self.ask(client, self.colleague)
		with self.assertRaises(frappe.DuplicateEntryError):
			self.ask(client, self.colleague)
		with self.assertRaisesRegex(frappe.ValidationError, "already"):
			self.ask(client, self.colleague, "Access")

	def test_what_is_missing_is_named(self):
		with as_user(self.agent.user), self.assertRaises(frappe.MandatoryError):
			frappe.get_doc({"doctype": "Client Request", "reason": "换人"}).insert()

	def test_refused_with_a_reason_or_taken_back(self):
		first = self.ask(self.shared(), self.colleague)
		with as_user(self.manager):
			with self.assertRaises(frappe.MandatoryError):
				requests.refuse(first.name, " ")
			requests.refuse(first.name, "客户要求不换人")
			with self.assertRaisesRegex(frappe.ValidationError, "already"):
				requests.approve(first.name)
		second = self.ask(self.shared(), self.colleague)
		with as_user(self.stranger.user), self.assertRaises(frappe.PermissionError):
			requests.withdraw(second.name)
		with as_user(self.colleague.user):
			requests.withdraw(second.name)
		self.assertEqual((first.reload().status, second.reload().status), ("Refused", "Withdrawn"))

	def test_what_was_asked_of_the_old_agent_is_closed(self):
		client = self.shared()
		request = self.ask(client, self.colleague)
		client.reload().update({"agent": self.stranger.name}).save()
		self.assertEqual((request.reload().status, request.open_key), ("Withdrawn", None))

	def test_a_typed_number_asks_for_access_and_tells_nothing(self):
		number = factory.make_phone()
		client = factory.make_client(agent=self.agent.name, phones=[{"number": number}])
		with as_user(self.stranger.user):
			with self.assertRaisesRegex(frappe.ValidationError, "no client"):
				requests.ask_by_number(factory.make_phone(), "以前带看过")
			with self.assertRaises(frappe.ValidationError):
				requests.ask_by_number("12", "以前带看过")
			frappe.clear_messages()
			(name,) = requests.ask_by_number(f"+86 {number}", "以前带看过")
			request = frappe.get_doc("Client Request", name)
			self.assertNotIn(client.client_name, str(request.as_dict()) + str(frappe.get_message_log()))
			with self.assertRaises(frappe.DuplicateEntryError):
				requests.ask_by_number(number, "以前带看过")
			self.assertFalse(frappe.has_permission("Client", "read", doc=client.name))
		self.approve(request)
		with as_user(self.stranger.user):
			self.assertTrue(frappe.has_permission("Client", "read", doc=client.name))
		self.assertEqual(self.trace(client), [("Access", self.agent.name, self.stranger.name)])
