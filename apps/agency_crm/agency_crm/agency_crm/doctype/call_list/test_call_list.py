"""Call lists on a real site: shared equally, of nobody's private clients, worked through one by one."""

import frappe
from frappe.utils import today

from agency_crm.api.follow_ups import call_lists as api
from agency_crm.services.follow_ups import call_lists, tasks
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestCallList(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.store = factory.make_store(manager=cls.manager).name
		cls.agents = [factory.make_agent(store=cls.store) for _number in range(2)]
		cls.stranger = factory.make_agent(store=cls.store)
		cls.pool = [factory.make_client(store=cls.store, pool="Store").name for _number in range(4)]
		cls.own = factory.make_client(agent=cls.agents[0].name).name
		cls.private = factory.make_client(agent=cls.stranger.name).name

	def make(self, user=None, agents=None, **fields):
		rows = [{"agent": agent.name} for agent in agents or self.agents]
		with as_user(user or self.manager):
			return frappe.get_doc(
				{"doctype": "Call List", "title": "老客户回访", "due_on": today(), "agents": rows, **fields}
			).insert()

	def calls(self, call_list) -> dict[str, str]:
		rows = frappe.get_all(tasks.DOCTYPE, {"call_list": call_list.name}, ["client", "agent"])
		return {row.client: row.agent for row in rows}

	def test_a_pool_is_shared_equally_and_a_private_client_is_its_agent_s(self):
		call_list = self.make()
		with as_user(self.manager):
			for _time in range(2):
				api.add(call_list.name, [*self.pool, self.own, self.private])
		calls = self.calls(call_list)
		self.assertEqual(set(calls), {*self.pool, self.own})
		self.assertEqual(calls[self.own], self.agents[0].name)
		self.assertEqual(sorted(list(calls.values()).count(agent.name) for agent in self.agents), [2, 3])

	def test_whose_it_is_and_how_far_is_not_typed(self):
		"""A list typed into another store would show its managers a list of theirs."""
		agent = self.agents[0]
		call_list = self.make(user=agent.user, agents=[agent])
		with as_user(agent.user):
			typed = {"store": factory.make_store().name, "status": call_lists.MAKING, "left_out": 5}
			call_list.update(typed).save()
		kept = (call_list.store, call_list.status, call_list.left_out)
		self.assertEqual(kept, (self.store, call_lists.READY, 0))

	def test_an_agent_puts_only_clients_they_see_on_a_list_of_their_own(self):
		agent = self.agents[0]
		self.assertRaises(frappe.PermissionError, self.make, user=agent.user)
		call_list = self.make(user=agent.user, agents=[agent])
		with as_user(agent.user):
			answer = api.add(call_list.name, [self.own, self.private])
		self.assertEqual(answer, {"added": 1, "left_out": 0})
		with as_user(self.stranger.user):
			self.assertRaises(frappe.PermissionError, api.add, call_list.name, [self.private])

	def test_a_segment_s_clients_are_put_on_it_in_the_background(self):
		tag = factory.make_segment().name
		for name in self.pool[:2]:
			row = {"parent": name, "parenttype": "Client", "parentfield": "tags", "tag": tag, "idx": 9}
			frappe.get_doc({"doctype": "Client Tag", **row}).db_insert()
		call_list = self.make(segment=tag)
		self.assertEqual(call_list.status, "Making")
		for _time in range(2):
			call_lists.make_all()
		self.assertEqual(call_list.reload().status, "Ready")
		self.assertEqual(set(self.calls(call_list)), set(self.pool[:2]))

	def test_it_is_worked_through_one_by_one(self):
		call_list = self.make()
		with as_user(self.manager):
			api.add(call_list.name, [*self.pool[:2], self.own])
		with as_user(self.agents[0].user):
			while task := api.next_task(call_list.name):
				client = frappe.db.get_value(tasks.DOCTYPE, task, "client")
				about = {"client": client, "task": task, "method": "Call", "content": "接通，近期不考虑"}
				frappe.get_doc({"doctype": "Follow Up", **about}).insert()
		with as_user(self.manager):
			progress = api.progress(call_list.name)
		done = {row["agent_name"]: row["done"] for row in progress["agents"]}
		self.assertEqual((progress["open"], progress["done"]), (1, 2))
		self.assertEqual(done, {self.agents[0].agent_name: 2, self.agents[1].agent_name: 0})
