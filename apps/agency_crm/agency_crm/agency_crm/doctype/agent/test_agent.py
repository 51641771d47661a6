"""A person who earns, and their leaving, on a real site."""

import frappe
from frappe.utils import today

from agency_crm.services.office import agents
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestAgent(AgencyTestCase):
	def test_a_user_is_one_agent(self):
		agent = factory.make_agent()
		self.assertRaises(frappe.UniqueValidationError, factory.make_agent, user=agent.user)

	def test_agents_without_a_user_are_many(self):
		for _ in range(2):
			self.assertTrue(factory.make_agent(user=None, store=factory.make_store().name).name)

	def test_who_left_has_a_day_and_who_works_here_none(self):
		agent = factory.make_agent(left_on=today())
		self.assertIsNone(agent.left_on)
		agent.status = "Left"
		with self.assertRaisesRegex(frappe.MandatoryError, "Left On"):
			agent.save()
		agent.reload()
		agent.update({"status": "Left", "left_on": today()})
		agent.save()

	def test_who_left_is_nobody_s_agent_any_more(self):
		agent = factory.make_agent()
		with as_user(agent.user):
			self.assertEqual(agents.current_agent(), agent.name)
		agent.update({"status": "Left", "left_on": today()})
		agent.save()
		with as_user(agent.user):
			self.assertIsNone(agents.current_agent())
