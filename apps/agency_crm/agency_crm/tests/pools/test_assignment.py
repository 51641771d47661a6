"""Incoming clients go round the agents of Frappe's Assignment Rule; who refuses or is silent passes them on."""

from datetime import timedelta

import frappe
from frappe.utils import now_datetime

from agency_crm.services.follow_ups import acts
from agency_crm.services.pools import assignment
from agency_crm.tests.cases.pools import PoolsCase
from agency_crm.tests.users import as_user


class TestAssignment(PoolsCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.rule = frappe.get_doc(
			{
				"doctype": "Assignment Rule",
				"name": f"Rule {frappe.generate_hash(length=8)}",
				"document_type": "Client",
				"description": "新客户 {{ client_name }}",
				"assign_condition": f"not agent and not last_agent and store == '{cls.store}'",
				"rule": "Round Robin",
				"users": [{"user": cls.agent.user}, {"user": cls.colleague.user}],
				"assignment_days": [
					{"day": day}
					for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
				],
			}
		).insert()
		cls.addClassCleanup(frappe.cache.delete_key, "assignment_rule_map")
		cls.addClassCleanup(frappe.clear_cache, doctype="Assignment Rule")

	def come(self):
		"""A client comes in, let in by a clerk who doesn't see whose it becomes."""
		with as_user(self.manager):
			return self.make_pooled().reload()

	def tasks(self, client) -> list[tuple]:
		fields = ["allocated_to", "status"]
		asked = {"reference_type": "Client", "reference_name": client.name}
		return list(frappe.get_all("ToDo", asked, fields, order_by="creation", as_list=True))

	def wait(self, client, hours: int) -> None:
		"""As if the task had been open for these hours."""
		since = now_datetime() - timedelta(hours=hours)
		frappe.db.set_value("ToDo", {"reference_name": client.name}, "creation", since)
		frappe.db.set_value("Client", client.name, "last_effective_on", since)

	def test_they_go_round_and_nothing_is_shared(self):
		clients = [self.come() for _ in range(3)]
		agents = [self.agent.name, self.colleague.name, self.agent.name]
		self.assertEqual([client.agent for client in clients], agents)
		self.assertEqual({client.pool for client in clients}, {"Private"})
		self.assertEqual(self.tasks(clients[0]), [(self.agent.user, "Open")])
		self.assertEqual(self.trace(clients[0]), [("Assignment", None, self.agent.name)])
		self.assertFalse(frappe.db.exists("DocShare", {"share_name": clients[0].name}))
		self.assertTrue(self.told(self.agent.user))

	def test_who_is_away_or_full_is_passed_over(self):
		self.let_speak(self.manager, "en")
		frappe.db.set_value("Agent", self.agent.name, "status", "On Leave")
		self.assertEqual(self.come().agent, self.colleague.name)
		frappe.db.set_value("Agent", self.agent.name, "status", "Active")
		frappe.db.set_value("User", self.agent.user, "enabled", 0)
		self.assertEqual(self.come().agent, self.colleague.name)
		self.set_rule(clients_an_agent=1)
		self.assertEqual(self.make_pooled().reload().pool, "Store")
		self.assertIn("No agent is left", self.told(self.manager)[0])

	def test_who_refuses_passes_it_on_and_never_gets_it_back(self):
		self.let_speak(self.manager, "en")
		client = self.come()
		with as_user(self.colleague.user), self.assertRaises(frappe.PermissionError):
			assignment.refuse(client.name, "不是我的")
		with as_user(self.agent.user):
			assignment.refuse(client.name, "片区不熟")
		self.assertEqual(client.reload().agent, self.colleague.name)
		self.assertFalse(client.last_agent)
		with as_user(self.agent.user):
			self.assertFalse(frappe.has_permission("Client", "read", doc=client.name))
		with as_user(self.colleague.user):
			assignment.refuse(client.name, "片区不熟")
		self.assertEqual((client.reload().pool, client.agent), ("Store", None))
		self.assertEqual([kind for kind, *_agents in self.trace(client)].count("Refusal"), 2)
		self.assertIn("No agent is left", self.told(self.manager)[0])

	def test_silence_passes_it_on_an_act_keeps_it(self):
		self.set_rule(assignment_answer_hours=4, assignment_from_hour=0, assignment_to_hour=0)
		silent, worked = self.come(), self.come()
		assignment.pass_on_unanswered()
		self.assertEqual(silent.reload().agent, self.agent.name)
		for client in (silent, worked):
			self.wait(client, 5)
		acts.note(worked.name, now_datetime())
		assignment.pass_on_unanswered()
		self.assertEqual(silent.reload().agent, self.colleague.name)
		self.assertEqual(worked.reload().agent, self.colleague.name)
		self.assertEqual(self.tasks(worked), [(self.colleague.user, "Cancelled")])
		assignment.pass_on_unanswered()
		self.assertEqual(silent.reload().agent, self.colleague.name)

	def test_who_accepts_keeps_it(self):
		self.set_rule(assignment_answer_hours=4, assignment_from_hour=0, assignment_to_hour=0)
		client = self.come()
		with as_user(self.agent.user):
			assignment.accept(client.name)
		self.wait(client, 9)
		client.reload().save()
		assignment.pass_on_unanswered()
		self.assertEqual(client.reload().agent, self.agent.name)

	def test_a_task_a_user_writes_moves_no_client(self):
		client = self.make_client(self.colleague)
		client.append("collaborators", {"agent": self.agent.name})
		client.save()
		task = {"reference_type": "Client", "reference_name": client.name, "description": "x"}
		task["assigned_by"] = self.agent.user
		with as_user(self.agent.user):
			frappe.get_doc(
				{
					"doctype": "ToDo",
					"allocated_to": self.colleague.user,
					"assignment_rule": self.rule.name,
					**task,
				}
			).insert()
		self.wait(client, 99)
		assignment.pass_on_unanswered()
		self.assertEqual(client.reload().agent, self.colleague.name)

	def test_another_doctype_s_rule_is_frappe_s_own(self):
		note = frappe.get_doc({"doctype": "Note", "title": frappe.generate_hash(), "public": 1}).insert()
		rule = frappe.get_doc("Assignment Rule", self.rule.name)
		rule.update({"document_type": "Note", "users": [{"user": "Administrator"}]})
		self.assertTrue(rule.do_assignment(note.as_dict()))
		self.assertTrue(frappe.db.exists("ToDo", {"reference_name": note.name}))
