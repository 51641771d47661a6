"""A record stays the one that was loaded, over HTTP: what a request sends makes it neither another's nor a new one."""

import json
from collections.abc import Iterator

import frappe

from agency_crm.tests import factory
from agency_crm.tests.cases.http import DENIED, AgencyHTTPCase

CANARY = "卫金丝雀"


class TestStored(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		cls.dan = cls.people["dan"]
		frappe.db.set_value("Client", cls.secret, "client_name", CANARY)
		cls.own = factory.make_client(agent=cls.agency.agents["dan"])
		cls.note = frappe.get_doc(doctype="Note", title=frappe.generate_hash(), content=CANARY).insert()

	@classmethod
	def take_away(cls):
		if hasattr(cls, "note"):
			frappe.db.rollback()
			frappe.db.delete("Note", {"creation": (">=", cls.started)})
		super().take_away()

	def updated(self, doctype: str, name: str, values: dict) -> Iterator[tuple]:
		"""The ways to update a record by some of its values, and their answers to dan."""
		yield "v1", self.dan.resource("PUT", doctype, name, json=values)
		yield "v2", self.dan.ask("PUT", f"api/v2/document/{doctype}/{name}", json=values)
		one = {"doctype": doctype, "name": name}
		yield "set_value", self.dan.call("frappe.client.set_value", **one, fieldname=values)
		bulk = "frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs"
		many = {"doctype": doctype, "docnames": [name], "action": "update", "data": values}
		yield "bulk update", self.dan.call(bulk, **many)

	def assert_nothing_told(self, doctype: str, name: str, values: dict):
		before = frappe.db.count(doctype)
		for way, answer in self.updated(doctype, name, values):
			with self.subTest(doctype=doctype, way=way):
				self.assertNotIn(CANARY, json.dumps(answer.text).encode().decode("unicode_escape"))
				self.assertNotIn(CANARY, answer.text)
				frappe.db.rollback()
				self.assertEqual(frappe.db.count(doctype), before, answer.text[-300:])

	def test_a_hidden_record_becomes_no_new_one(self):
		agent = {"agent": self.agency.agents["dan"], "store": None}
		phones = [{"number": factory.make_phone()}]
		self.assert_nothing_told("Client", self.secret, {"__islocal": 1, "phones": phones, **agent})
		self.assert_nothing_told("Note", self.note.name, {"__islocal": 1, "title": frappe.generate_hash()})

	def test_a_hidden_record_becomes_no_record_of_ones_own(self):
		own = frappe.get_doc("Client", self.own.name)
		stamps = {field: str(own.get(field)) for field in ("name", "modified", "creation", "owner")}
		values = {"agent": own.agent, "store": own.store, "stage": own.stage}
		phones = [{"number": factory.make_phone()}]
		self.assert_nothing_told("Client", self.secret, {**stamps, **values, "phones": phones})
		frappe.db.rollback()
		self.assertNotEqual(frappe.db.get_value("Client", own.name, "client_name"), CANARY)

	def test_a_record_is_found_by_its_name_in_other_letters(self):
		"""The database knows no case, and people type their address as they like."""
		for doctype, name in (("Client", self.own.name), ("User", self.agency.users["dan"])):
			self.assertEqual(frappe.get_doc(doctype, name.swapcase()).name, name)
		self.assertEqual(frappe.get_doc("Client", {"name": self.own.name}).reload().name, self.own.name)

	def test_nobody_makes_themself_the_owner(self):
		me = self.agency.users["dan"]
		whole = self.note.as_dict(convert_dates_to_str=True) | {"owner": me, "content": "x"}
		self.dan.call("frappe.desk.form.save.savedocs", doc=whole, action="Save")
		task = frappe.get_doc(doctype="ToDo", description=CANARY).insert()
		frappe.db.commit()  # for the server
		whole = task.as_dict(convert_dates_to_str=True) | {"allocated_to": me, "description": "x"}
		answer = self.dan.call("frappe.desk.form.save.savedocs", doc=whole, action="Save")
		self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		frappe.db.rollback()
		self.assertIn(CANARY, frappe.db.get_value("Note", self.note.name, "content"))
		self.assertEqual(frappe.db.get_value("ToDo", task.name, "description"), CANARY)

	def test_no_value_stands_in_for_what_code_says(self):
		sent = {
			"typed_fields": ["viewing_count", "protected_until", "customer"],
			"own_guards": ["viewing_count", "protected_until", "customer"],
			"_metaclass": 1,
			"_parent_doc": "x",
			"has_permission": "x",
			"validate": "x",
			"viewing_count": 777,
			"protected_until": "2031-01-01",
			"customer": "C-TEST",
		}
		fields = ["viewing_count", "protected_until", "customer"]
		before = frappe.db.get_value("Client", self.own.name, fields)
		for way, answer in self.updated("Client", self.own.name, sent):
			with self.subTest(way=way):
				self.assertTrue(answer.ok, answer.text[-300:])
				frappe.db.rollback()
				self.assertEqual(frappe.db.get_value("Client", self.own.name, fields), before)
		structure = {"_metaclass": 1, "referred_by_client": {"name": self.secret}}
		answer = self.dan.resource("PUT", "Client", self.own.name, json=structure)
		self.assertEqual(answer.status_code, 417, answer.text[-300:])

	def test_who_may_only_choose_finds_by_no_other_field(self):
		cashier, lists = self.people["cashier"], "frappe.desk.reportview."
		born = [["Employee", "date_of_birth", "<", "2099-01-01"]]
		for way, answer in (
			("list", cashier.resource("GET", "Employee", params={"filters": frappe.as_json(born)})),
			("order", cashier.resource("GET", "Employee", params={"order_by": "date_of_birth asc"})),
			("count", cashier.call("frappe.client.get_count", doctype="Employee", filters=born)),
			("view", cashier.call(f"{lists}get", doctype="Employee", fields=["name"], filters=born)),
		):
			with self.subTest(way=way):
				self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		bank = {"filters": '{"BANK_AC_NO": ["like", "%"]}'}
		self.assertIn(cashier.resource("GET", "Employee", params=bank).status_code, (DENIED, 417))
		chosen = {"filters": frappe.as_json([["Employee", "status", "=", "Active"]])}
		self.assertTrue(cashier.resource("GET", "Employee", params=chosen).ok)

	def test_a_task_is_about_what_its_giver_said(self):
		"""A task opens a deal's people to an assistant; and a deal in draft has whom anybody writes into it."""
		assistant, user = self.people["assistant"], self.agency.users["assistant"]
		draft = factory.make_deal(listing=self.agency.listings["Public"], agent=self.agency.agents["dan"])
		owner = self.agency.owner.name
		given = frappe.get_doc(doctype="ToDo", description="x", allocated_to=user).insert()
		about = {"reference_type": "Deal", "reference_name": draft.name}
		frappe.get_doc(doctype="ToDo", description="x", allocated_to=user, **about).insert()
		frappe.db.commit()  # for the server
		self.assertIn(owner, [party.client for party in draft.parties])
		self.assertTrue(assistant.resource("GET", "Deal", draft.name).ok)
		self.assertEqual(assistant.resource("GET", "Client", owner).status_code, DENIED)
		for changes in (
			{**about, "reference_name": self.agency.deal},
			{"allocated_to": self.agency.users["bob"]},
		):
			answer = assistant.resource("PUT", "ToDo", given.name, json=changes)
			self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		self.assertTrue(assistant.resource("PUT", "ToDo", given.name, json={"status": "Closed"}).ok)

	def test_when_a_hidden_record_of_erpnext_was_changed_is_not_told(self):
		docs = frappe.as_json({"doctype": "Note", "name": self.note.name})
		asked = {"method": "onload", "docs": docs}
		answer = self.dan.ask("POST", "api/method/run_doc_method", data=asked)
		self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		self.assertNotIn(str(self.note.modified)[:10], answer.text)
