"""A plan's rate, and what a deal takes of it."""

import frappe

from agency_crm.tests import factory
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.users import act


class TestCommissionPlan(DealCase):
	def test_the_rate_is_a_percentage(self):
		for rate in (-1, 100.5):
			with self.subTest(rate), self.assertRaises(frappe.ValidationError):
				factory.make_plan(rate=rate)

	def test_a_split_takes_its_agents_rate_and_keeps_it(self):
		deal = self.review()
		frappe.db.set_value("Commission Plan", self.plan.name, "rate", 45)
		act(self.manager, deal, "Approve")
		act(self.accountant, deal, "Approve and Sign")
		self.assertEqual(set(frappe.get_all("Deal Split", {"deal": deal.name}, pluck="rate")), {40})

	def test_nothing_is_signed_for_an_agent_without_a_plan(self):
		novice = self.make_agent(commission_plan=None)
		deal = self.review(co_agents=[{"agent": novice.name}])
		act(self.manager, deal, "Approve")
		with self.assertRaisesRegex(frappe.ValidationError, "commission plan"):
			act(self.accountant, deal, "Approve and Sign")
