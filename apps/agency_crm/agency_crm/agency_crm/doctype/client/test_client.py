"""Whose a client is, their numbers, and how far they have come, on a real site."""

import frappe

from agency_crm.services.clients import stages
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.deal_case import as_user


class TestClient(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = factory.make_store().name
		cls.agent = factory.make_agent(store=cls.store)

	def test_who_enters_a_client_has_it(self):
		with as_user(self.agent.user):
			client = factory.make_client()
		self.assertEqual((client.agent, client.store, client.pool), (self.agent.name, self.store, "Private"))
		self.assertEqual(client.stage, "Prospect")

	def test_a_client_without_an_agent_stands_in_a_store_s_pool(self):
		self.assertEqual(factory.make_client(store=self.store).pool, "Store")
		with self.assertRaisesRegex(frappe.MandatoryError, "belongs to nobody"):
			factory.make_client(store=None)

	def test_handed_over_it_goes_to_the_new_agent_s_store(self):
		client = factory.make_client(agent=self.agent.name)
		other = factory.make_agent()
		client.agent = other.name
		client.save()
		self.assertEqual(client.store, other.store)

	def test_a_client_has_a_number_and_one_main_one(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "at least one number"):
			factory.make_client(phones=[])
		numbers = [{"number": factory.make_phone()}, {"number": factory.make_phone(), "is_primary": 1}]
		client = factory.make_client(phones=numbers)
		self.assertEqual([row.is_primary for row in client.phones], [0, 1])
		client = factory.make_client(phones=[dict(row, is_primary=1) for row in numbers])
		self.assertEqual([row.is_primary for row in client.phones], [1, 0])

	def test_a_known_number_warns_and_shows_only_what_one_may_see(self):
		number = factory.make_phone()
		with as_user(self.agent.user):
			first = factory.make_client(phones=[{"number": number}])
			mine = self.warning_of(phones=[{"number": number}])
		self.assertIn(first.name, mine)
		with as_user(factory.make_agent().user):
			foreign = self.warning_of(phones=[{"number": f"+86 {number}"}])
			self.assertEqual(self.warning_of(), "")
		self.assertIn(self.agent.agent_name, foreign)
		for secret in (first.name, first.client_name, number):
			self.assertNotIn(secret, foreign)

	def test_saving_again_does_not_warn_again(self):
		number = factory.make_phone()
		_first, second = (factory.make_client(phones=[{"number": number}]) for _ in range(2))
		frappe.clear_messages()
		second.level = "A"
		second.save()
		self.assertEqual(frappe.get_message_log(), [])

	def test_what_happens_moves_a_client_forward_and_never_back(self):
		client = factory.make_client()
		stages.advance(client.name, "Viewing")
		stages.advance(client.name, "Interested")
		self.assertEqual(frappe.db.get_value("Client", client.name, "stage"), "Viewing")
		client.reload()
		client.stage = "Lost"
		client.save()
		stages.advance(client.name, "Negotiating")
		self.assertEqual(frappe.db.get_value("Client", client.name, "stage"), "Lost")

	@staticmethod
	def warning_of(**fields) -> str:
		"""What is said while such a client is entered."""
		frappe.clear_messages()
		factory.make_client(**fields)
		return " ".join(str(message.get("message")) for message in frappe.get_message_log())
