"""Follow-up plans on a real site: the events that start them, those that come in bulk, birthdays."""

import frappe
from frappe.utils import add_days, add_years, getdate, today

from agency_crm.services.clients import stages
from agency_crm.services.follow_ups import plans, tasks
from agency_crm.setup import defaults
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestFollowUpPlan(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.db.set_value("Follow Up Plan", {"starts": ("is", "set")}, "enabled", 0)
		cls.agent = factory.make_agent()

	def make_client(self, **fields):
		return factory.make_client(agent=self.agent.name, **fields)

	def steps(self, plan, client) -> list[tuple]:
		fields = ["step", "due_on", "status"]
		rows = frappe.get_all(
			tasks.DOCTYPE, {"plan": plan.name, "client": client.name}, fields, order_by="due_on, creation"
		)
		return [(row.step, row.due_on, row.status) for row in rows]

	def test_the_shipped_plans_are_made_once_and_are_sound(self):
		frappe.db.delete("Follow Up Plan")
		defaults.make_follow_up_plans()
		made = frappe.get_all("Follow Up Plan", pluck="starts")
		self.assertCountEqual(made, ["New Client", "Handover", "Birthday", "Stage Entered"])
		frappe.db.delete("Follow Up Plan", {"starts": "Birthday"})
		defaults.make_follow_up_plans()
		self.assertEqual(frappe.db.count("Follow Up Plan"), 3)

	def test_a_plan_of_a_stage_needs_one_and_two_steps_of_one_day_are_refused(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Stage"):
			factory.make_follow_up_plan(1, starts="Stage Entered")
		with self.assertRaisesRegex(frappe.ValidationError, "of day"):
			factory.make_follow_up_plan(3, 3)

	def test_it_is_for_a_role(self):
		plan = factory.make_follow_up_plan(1, role="Seller")
		self.assertEqual(len(self.steps(plan, self.make_client(is_seller=1))), 1)
		self.assertFalse(self.steps(plan, self.make_client(is_buyer=1)))

	def test_it_is_for_a_segment(self):
		tag = factory.make_segment().name
		plan = factory.make_follow_up_plan(1, segment=tag)
		client = self.make_client()
		self.assertFalse(self.steps(plan, client))
		row = {"parent": client.name, "parenttype": "Client", "parentfield": "tags", "tag": tag, "idx": 9}
		frappe.get_doc({"doctype": "Client Tag", **row}).db_insert()
		plans.run()
		self.assertEqual(len(self.steps(plan, client)), 1)

	def test_a_lost_client_is_won_back_and_the_plan_ends_with_it(self):
		plan = factory.make_follow_up_plan(30, 90, starts="Stage Entered", stage="Lost")
		client = self.make_client()
		client.update({"stage": "Lost", "lost_reason": "预算不够"})
		client.save()
		self.assertEqual(self.steps(plan, client), [(1, getdate(add_days(today(), 30)), "Open")])
		client.stage = "Prospect"
		client.save()
		self.assertEqual(self.steps(plan, client)[0][2], "Skipped")

	def test_each_viewing_starts_its_plan_anew(self):
		plan = factory.make_follow_up_plan(1, starts="Viewing Done")
		client = self.make_client()
		for _time in range(2):
			factory.make_viewing(phase="Closed", client=client.name, agent=self.agent.name)
		statuses = [status for _step, _due, status in self.steps(plan, client)]
		self.assertLessEqual(statuses.count("Open"), 1)
		self.assertEqual(stages.known(client.name), "Viewing")

	def test_clients_that_came_in_bulk_are_planned_by_night_once(self):
		client = self.make_client()
		plan = factory.make_follow_up_plan(2)
		frappe.db.set_value("Follow Up Plan", plan.name, "creation", add_days(today(), -1))
		for _time in range(2):
			plans.run()
		self.assertEqual(self.steps(plan, client), [(1, getdate(add_days(today(), 2)), "Open")])
		self.assertEqual(
			frappe.db.get_value("Client", client.name, "next_follow_up_on"), getdate(add_days(today(), 2))
		)

	def test_a_birthday_is_laid_out_before_it_comes_once_a_year(self):
		plan = factory.make_follow_up_plan(3, starts="Birthday")
		day = getdate(add_days(today(), 5))
		soon, later = (
			self.make_client(birthday=add_years(born, -40)) for born in (day, add_days(today(), 40))
		)
		lost = self.make_client(birthday=add_years(day, -40), stage="Lost", lost_reason="移民")
		for _time in range(2):
			plans.run()
		self.assertEqual(self.steps(plan, soon), [(1, getdate(add_days(day, -3)), "Open")])
		self.assertFalse(self.steps(plan, later) + self.steps(plan, lost))
