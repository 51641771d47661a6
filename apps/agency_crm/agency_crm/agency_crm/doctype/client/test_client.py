"""Whose a client is, their numbers, and how far they have come, on a real site."""

import frappe
from frappe.utils import add_days, today

from agency_crm.api.privacy import known_numbers as api
from agency_crm.domain.inputs.phones import mask_phone
from agency_crm.framework import deferred
from agency_crm.services.clients import record, stages
from agency_crm.services.privacy import known_numbers
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


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
		both_main = [{"number": factory.make_phone(), "is_primary": 1} for _ in range(2)]
		client = factory.make_client(phones=both_main)
		self.assertEqual([row.is_primary for row in client.phones], [1, 0])

	def test_a_known_number_is_refused_until_it_is_answered(self):
		"""Whose it is, as far as one may see; a related person's number stands on both.

		Rules: docs/rules/clients.md, "Known numbers".
		"""
		number = factory.make_phone()
		with as_user(self.agent.user):
			first = factory.make_client(phones=[{"number": number}])
			self.assertIn(first.name, self.refusal_of({"number": number}))
			second = factory.make_client(phones=[{"number": number, "related_as": "Spouse"}])
		(relation,) = second.relations
		self.assertEqual((relation.relation, relation.client), ("Spouse", first.name))
		with as_user(factory.make_agent().user):
			foreign = self.refusal_of({"number": f"+86 {number}"})
			third = factory.make_client(phones=[{"number": number, "related_as": "Spouse"}])
		self.assertIn(self.agent.agent_name, foreign)
		for secret in (first.name, first.client_name, number):
			self.assertNotIn(secret, foreign)
		self.assertFalse(third.relations)

	def test_saving_again_does_not_ask_again(self):
		number = factory.make_phone()
		first = factory.make_client(phones=[{"number": number}])
		second = factory.make_client(phones=[{"number": number, "related_as": "Child"}])
		for client in (first.reload(), second):
			client.wechat = "w"
			client.save()
		first.append("phones", {"number": factory.make_phone()})
		first.save()
		self.assertEqual(len(second.relations), 1)

	def test_a_form_asks_while_the_number_is_typed(self):
		number = factory.make_phone()
		first = factory.make_client(agent=self.agent.name, phones=[{"number": number}])
		with as_user(self.agent.user):
			(found,) = api.look(f"{number} / {factory.make_phone()}")
			self.assertEqual([row["name"] for row in found["whose"]], [first.name])
			self.assertEqual(api.look(number, first.name), [])
			with self.assertRaisesRegex(frappe.ValidationError, "can't be a phone"):
				api.look("138")
		with as_user(factory.make_agent().user):
			(found,) = api.look(number)
			self.assertEqual(found["whose"], [{"agent": self.agent.agent_name, "store": self.store}])
			self.assertRaises(frappe.PermissionError, api.look, number, first.name)
		with as_user(factory.make_user("Agency Accountant").name):
			self.assertRaises(frappe.PermissionError, api.look, number)

	def test_nobody_tries_numbers_out_by_the_thousand(self):
		"""While typing or by saving: both count, and both are logged though a refused save is rolled back."""
		number = factory.make_phone()
		factory.make_client(phones=[{"number": number}])
		self.set_rule(known_answers_an_hour=2)
		agent = factory.make_agent()
		with as_user(agent.user):
			api.look(number)
			self.refusal_of({"number": number})
			self.assertRaises(frappe.TooManyRequestsError, api.look, number)
			self.assertRaises(frappe.TooManyRequestsError, self.refusal_of, {"number": number})
		deferred.flush()
		logged = {"user": agent.user, "what": "Number Check", "number_masked": mask_phone(number)}
		self.assertEqual(frappe.get_all("Contact Reveal", logged, pluck="client"), [None, None])

	def test_each_number_of_a_cell_counts(self):
		self.set_rule(number_questions_a_day=2)
		agent = factory.make_agent()
		with as_user(agent.user), self.assertRaises(frappe.TooManyRequestsError):
			api.look("/".join(factory.make_phone() for _ in range(3)))

	def test_a_number_of_many_does_not_hide_whose_another_is(self):
		shared, own = factory.make_phone(), factory.make_phone()
		for _ in range(known_numbers.MOST):
			factory.make_client(phones=[{"number": shared, "related_as": "Agent of"}])
		client = factory.make_client(phones=[{"number": own}])
		found = api.look(f"{shared}/{own}")
		self.assertEqual([row["name"] for row in found[1]["whose"]], [client.name])

	def test_a_related_person_is_named_and_known_on_both_sides(self):
		with as_user(self.agent.user):
			husband, wife = (factory.make_client() for _ in range(2))
			for row, refusal in (
				({"relation": "Spouse"}, "choose a .* or enter"),
				({"relation": "Spouse", "client": wife.name}, "themselves"),
			):
				wife.reload()
				wife.append("relations", row)
				self.assertRaisesRegex(frappe.ValidationError, refusal, wife.save)
			wife.reload()
			wife.append("relations", {"relation": "Spouse", "client": husband.name})
			wife.save()
			(named,) = record.named_by(husband.name)
			self.assertEqual((named.name, named.relation), (wife.name, "Spouse"))
		with as_user(factory.make_agent().user):
			self.assertEqual(record.named_by(husband.name), [])
			other = factory.make_client()
			other.append("relations", {"relation": "Friend", "client": husband.name})
			self.assertRaises(frappe.PermissionError, other.save)

	def test_who_may_buy_was_checked_on_a_day(self):
		for fields in ({}, {"eligibility_checked_on": add_days(today(), 1)}):
			with self.assertRaisesRegex(frappe.ValidationError, "Checked On"):
				factory.make_client(store=self.store, eligibility="Eligible", **fields)
		factory.make_client(store=self.store, eligibility="Eligible", eligibility_checked_on=today())

	def test_consent_says_how_and_when(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "How It Was Given"):
			factory.make_client(store=self.store, consent="Given")
		client = factory.make_client(store=self.store, consent="Given", consent_source="到店签字")
		given = client.consent_at
		self.assertTrue(given)
		client.update({"consent": "Withdrawn", "wechat": "w"})
		client.save()
		self.assertGreater(client.consent_at, given)
		client.consent = ""
		client.save()
		self.assertIsNone(client.consent_at)
		of_old = {"consent": "Given", "consent_source": "网页", "consent_at": "2026-01-02 03:04:05"}
		self.assertGreater(factory.make_client(store=self.store, **of_old).consent_at, given)

	def test_what_happens_moves_a_client_forward_and_never_back(self):
		client = factory.make_client()
		stages.advance(client.name, "Viewing")
		stages.advance(client.name, "Interested")
		self.assertEqual(frappe.db.get_value("Client", client.name, "stage"), "Viewing")
		client.reload()
		client.update({"stage": "Lost", "lost_reason": "买了别处"})
		client.save()
		stages.advance(client.name, "Negotiating")
		self.assertEqual(frappe.db.get_value("Client", client.name, "stage"), "Lost")

	@staticmethod
	def set_rule(**values):
		for field, value in values.items():
			frappe.db.set_single_value("Agency Settings", field, value)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")

	def refusal_of(self, *phones: dict) -> str:
		"""What a client with these phones is refused with."""
		frappe.db.savepoint("request")
		with self.assertRaises(known_numbers.KnownNumberError) as refused:
			factory.make_client(phones=list(phones))
		frappe.db.rollback(save_point="request")  # as the end of a request that failed
		return str(refused.exception)
