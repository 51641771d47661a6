"""Tasks of follow-ups on a real site: what makes them, what does them, where they go, who is told."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate, today

from agency_crm.api.desk import cards as workspace
from agency_crm.services.clients import stages
from agency_crm.services.follow_ups import tasks
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

FACTS = ["name", "due_on", "status", "step", "agent", "store", "client_name", "done_by", "subject", "plan"]


class TestFollowUpTask(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.db.set_value("Follow Up Plan", {"starts": ("is", "set")}, "enabled", 0)
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.store = factory.make_store(manager=cls.manager).name
		cls.agent = factory.make_agent(store=cls.store)
		cls.other = factory.make_agent(store=cls.store)
		cls.plan = factory.make_follow_up_plan(1, 3, 7, repeat_every=1).name
		cls.client = factory.make_client(agent=cls.agent.name)

	def tasks(self, client=None, **wanted) -> list[dict]:
		wanted["client"] = client or self.client.name
		return frappe.get_all(tasks.DOCTYPE, wanted, FACTS, order_by="due_on, creation, step")

	def write(self, **fields):
		values = {"client": self.client.name, "content": "谈了看房时间和预算", "method": "Call"}
		with as_user(self.agent.user):
			return frappe.get_doc({"doctype": "Follow Up", **values, **fields}).insert()

	def make_due(self, days: int = 0) -> str:
		"""Let the open step of the plan have been due so many days ago."""
		(task,) = self.tasks(status="Open")
		frappe.db.set_value(tasks.DOCTYPE, task.name, "due_on", add_days(today(), -days))
		tasks.refresh([self.client.name])
		return task.name

	def next_day(self):
		return frappe.db.get_value("Client", self.client.name, "next_follow_up_on")

	def test_a_new_client_has_the_first_step_ahead_and_no_more(self):
		(task,) = self.tasks()
		self.assertEqual((task.plan, task.step, task.status), (self.plan, 1, "Open"))
		self.assertEqual((task.agent, task.store), (self.agent.name, self.store))
		self.assertEqual(task.client_name, self.client.client_name)
		self.assertEqual(task.due_on, getdate(add_days(today(), 1)))
		self.assertEqual(self.next_day(), task.due_on)

	def test_a_follow_up_does_the_task_that_is_due_and_the_next_step_comes(self):
		due = self.make_due()
		follow_up = self.write()
		done, ahead = self.tasks()
		self.assertEqual((follow_up.task, done.name), (due, due))
		self.assertEqual((done.status, done.done_by), ("Done", follow_up.name))
		self.assertEqual((ahead.step, ahead.status), (2, "Open"))
		self.assertEqual(self.next_day(), ahead.due_on)

	def test_of_several_due_a_follow_up_does_the_oldest(self):
		self.make_due(1)
		rows = {}
		with as_user(self.agent.user):
			for days in (5, 9, 3):
				task = {"doctype": tasks.DOCTYPE, "client": self.client.name, "subject": f"{days}"}
				rows[days] = frappe.get_doc({**task, "due_on": add_days(today(), -days)}).insert().name
		self.assertEqual([self.write().task for _times in range(3)], [rows[9], rows[5], rows[3]])

	def test_a_follow_up_before_the_day_leaves_the_task(self):
		self.assertFalse(self.write().task)
		self.assertEqual([task.status for task in self.tasks()], ["Open"])

	def test_a_day_agreed_is_a_task_and_the_plan_waits_for_it(self):
		self.make_due()
		day = getdate(add_days(today(), 5))
		self.write(next_follow_up_on=day)
		agreed, planned = self.tasks(status="Open")
		self.assertEqual((agreed.plan, agreed.due_on, self.next_day()), (None, day, day))
		self.assertEqual(planned.step, 3)
		later = getdate(add_days(today(), 6))
		self.write(next_follow_up_on=later)
		self.assertEqual([task.due_on for task in self.tasks(status="Open", plan=("is", "not set"))], [later])

	def test_another_client_s_task_or_one_that_is_done_is_refused(self):
		due = self.make_due()
		foreign = factory.make_client(agent=self.agent.name)
		with self.assertRaisesRegex(frappe.ValidationError, "not an open task"):
			self.write(client=foreign.name, task=due)
		self.write(task=due)
		with self.assertRaisesRegex(frappe.ValidationError, "not an open task"):
			self.write(task=due)

	def test_a_task_goes_where_its_client_goes(self):
		client = frappe.get_doc("Client", self.client.name)
		client.agent = self.other.name
		client.save()
		self.assertEqual(self.tasks()[0].agent, self.other.name)
		client.agent, client.pool = None, "Store"
		client.save()
		self.assertEqual((self.tasks()[0].agent, self.tasks()[0].store), (None, self.store))

	def test_who_is_lost_or_erased_is_asked_nothing(self):
		client = frappe.get_doc("Client", self.client.name)
		client.update({"stage": "Lost", "lost_reason": "买了别处"})
		client.save()
		self.assertEqual([task.status for task in self.tasks()], ["Skipped"])
		self.assertIsNone(self.next_day())

	def test_a_plan_ends_with_the_deal(self):
		stages.advance(self.client.name, "Negotiating")
		self.assertEqual(self.tasks()[0].status, "Open")
		stages.advance(self.client.name, "Closed")
		self.assertEqual(self.tasks()[0].status, "Skipped")

	def test_a_skipped_step_is_followed_by_the_next(self):
		task = frappe.get_doc(tasks.DOCTYPE, self.make_due())
		with as_user(self.agent.user):
			task.status = "Skipped"
			task.save()
		self.assertEqual([(row.step, row.status) for row in self.tasks()], [(1, "Skipped"), (2, "Open")])

	def test_a_task_is_never_done_by_hand_nor_are_its_facts_written(self):
		task = frappe.get_doc(tasks.DOCTYPE, self.tasks()[0].name)
		with as_user(self.agent.user):
			task.update({"agent": self.other.name, "plan": None, "escalated_on": today()})
			task.save()
			self.assertEqual((task.agent, task.plan), (self.agent.name, self.plan))
			task.status = "Done"
			self.assertRaisesRegex(frappe.ValidationError, "done by a follow-up", task.save)

	def test_a_task_by_hand_is_of_a_client_one_sees(self):
		values = {
			"doctype": tasks.DOCTYPE,
			"client": self.client.name,
			"subject": "寄合同",
			"due_on": today(),
		}
		with as_user(self.agent.user):
			task = frappe.get_doc(values).insert()
		self.assertEqual((task.agent, task.client_name), (self.agent.name, self.client.client_name))
		self.assertEqual(self.next_day(), getdate())
		with as_user(self.other.user):
			self.assertRaises(frappe.PermissionError, frappe.get_doc(values).insert)
			self.assertFalse(frappe.get_list(tasks.DOCTYPE, {"client": self.client.name}))

	def test_the_agent_is_told_once_a_day_and_the_manager_once(self):
		self.make_due(days=4)
		told = self.told()
		self.assertEqual(set(told), {self.agent.user, self.manager})
		self.assertIn(self.client.client_name, told[self.agent.user])
		self.assertFalse(self.told())
		with patch.object(tasks, "getdate", lambda: getdate(add_days(today(), 1))):
			self.assertEqual(set(self.told()), {self.agent.user})

	def test_the_workspace_counts_the_agent_s_own_and_the_manager_s_stores(self):
		self.make_due(days=1)
		foreign = factory.make_client(agent=self.other.name).name
		frappe.db.set_value(tasks.DOCTYPE, {"client": foreign}, "due_on", add_days(today(), -1))
		for user, overdue in ((self.agent.user, 1), (self.other.user, 1), (self.manager, 2)):
			with as_user(user):
				self.assertEqual(workspace.overdue_tasks()["value"], overdue)
				self.assertEqual(workspace.tasks_due_today()["value"], 0)

	def told(self) -> dict[str, str]:
		"""User -> what a run of the daily job tells them."""
		mine = {"document_type": tasks.DOCTYPE, "for_user": ("in", [self.agent.user, self.manager])}
		before = frappe.get_all("Notification Log", mine, pluck="name")
		tasks.tell_overdue()
		new = frappe.get_all("Notification Log", mine, ["name", "for_user", "subject"])
		return {log.for_user: log.subject for log in new if log.name not in before}
