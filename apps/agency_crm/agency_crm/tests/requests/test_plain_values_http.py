"""A field takes a plain value: what is sent as an object is refused before it is read, whichever way it comes in.

Frappe looks a Link up before it asks for any right, and takes an object for a filter: the answer tells whether a
record with that filter is there, hidden or not.
"""

import json
import re
from collections.abc import Iterator

import frappe

from agency_crm.tests import factory
from agency_crm.tests.cases.http import NUMBER, AgencyHTTPCase

REFUSED = 417
# two questions about ann's private client: one true, one not
TRUE, FALSE = {"client_name": ["like", "隐秘%"]}, {"client_name": ["like", "没有这个人%"]}


class TestPlainValues(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		cls.dan = cls.people["dan"]
		frappe.db.set_value("Client", cls.secret, "client_name", f"隐秘{frappe.generate_hash(length=6)}")
		dan = cls.agency.agents["dan"]
		cls.mine = factory.make_client(agent=dan)
		cls.wish = factory.make_requirement(client=cls.mine.name).name
		for function in ("frappe.client.insert_many", "frappe.client.bulk_update"):
			cls.open_at_the_gate(function)
		cls.listing = factory.make_listing("Live", maintainer=dan, store=cls.agency.far_store).name

	def test_a_link_sent_as_an_object_answers_alike(self):
		"""True or false of a hidden record, the answer is the same sentence, which names DocType and field."""
		for way, (path, body) in self.ways():
			with self.subTest(way):
				verb, address = path.split() if " " in path else ("POST", path)
				answers = [self.dan.ask(verb, address, json=body(question)) for question in (TRUE, FALSE)]
				# a list's update passes over the records it can't change, and says why
				expected = 200 if way == "update of a list" else REFUSED
				self.assertEqual({answer.status_code for answer in answers}, {expected})
				words = [self.without_numbers(answer.text) for answer in answers]
				self.assertEqual(*words)
				self.assertRegex(
					words[0], "(Client Requirement|Listing Owner|Client|Listing), field.*plain value"
				)

	@staticmethod
	def without_numbers(text: str) -> str:
		"""An answer without the random number that Frappe gives each error."""
		return re.sub(r"__frappe_exc_id\W+\w+", "", text)

	def test_bulk_update_tells_which_failed_and_no_more(self):
		"""Frappe answers 200 with the errors of each record, and the record as it was sent."""
		for question in (TRUE, FALSE):
			docs = [{"doctype": "Client Requirement", "docname": self.wish, "client": question}]
			answer = self.dan.call("frappe.client.bulk_update", docs=docs)
			(failed,) = answer.json()["message"]["failed_docs"]
			self.assertIn("plain value", failed["exc"])

	def ways(self) -> Iterator[tuple]:
		"""Way in -> (path, body of a question)."""
		wish, form = {"doctype": "Client Requirement"}, "api/method/frappe.desk.form.save.savedocs"
		put = f"PUT api/resource/Client Requirement/{self.wish}".replace(" Requirement", "%20Requirement")
		update = "api/method/frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs"
		document = "api/v2/document/Client%20Requirement"
		named = {"doctype": "Client Requirement", "name": self.wish}
		yield "REST", ("api/resource/Client%20Requirement", lambda ask: {"client": ask})
		yield "REST, a record", (put, lambda ask: {"client": ask})
		yield "version 2", (document, lambda ask: {"client": ask})
		yield "insert", ("api/method/frappe.client.insert", lambda ask: {"doc": {**wish, "client": ask}})
		yield (
			"insert_many",
			(
				"api/method/frappe.client.insert_many",
				lambda ask: {"docs": [{**wish, "client": ask}]},
			),
		)
		yield (
			"save",
			(
				"api/method/frappe.client.save",
				lambda ask: {"doc": {**self.stored("Client Requirement", self.wish), "client": ask}},
			),
		)
		yield (
			"save of a form",
			(
				form,
				lambda ask: {"doc": json.dumps({**wish, "__islocal": 1, "client": ask}), "action": "Save"},
			),
		)
		yield (
			"set_value",
			(
				"api/method/frappe.client.set_value",
				lambda ask: {**named, "fieldname": "client", "value": ask},
			),
		)
		yield (
			"set_value of several",
			(
				"api/method/frappe.client.set_value",
				lambda ask: {**named, "fieldname": {"client": ask}},
			),
		)
		yield (
			"update of a list",
			(
				update,
				lambda ask: {
					"doctype": "Client Requirement",
					"docnames": json.dumps([self.wish]),
					"action": "update",
					"data": json.dumps({"client": ask}),
				},
			),
		)
		yield (
			"method of a document",
			(
				"api/method/run_doc_method",
				lambda ask: {"docs": json.dumps({**wish, "client": ask}), "method": "validate"},
			),
		)
		yield (
			"a row",
			(
				f"PUT api/resource/Listing/{self.listing}",
				lambda ask: {"owners": [{"client": ask, "share": 100}]},
			),
		)
		yield (
			"a row, inserted",
			(
				"api/method/frappe.client.insert",
				lambda ask: {
					"doc": {
						"doctype": "Listing Owner",
						"parenttype": "Listing",
						"parent": self.listing,
						"parentfield": "owners",
						"client": ask,
					}
				},
			),
		)
		yield (
			"a row, saved",
			(
				"api/method/frappe.client.save",
				lambda ask: {"doc": {**self.stored("Listing", self.listing), "owners": [{"client": ask}]}},
			),
		)
		yield (
			"the name itself",
			(
				"api/method/frappe.client.save",
				lambda ask: {"doc": {"doctype": "Client", "name": ask}},
			),
		)

	def stored(self, doctype: str, name: str) -> dict:
		return json.loads(frappe.get_doc(doctype, name).as_json())

	def test_a_list_is_no_plain_value_either(self):
		for value in ([], ["like", "%"], {}, {"a": 1}):
			answer = self.dan.resource("PUT", "Client", self.mine.name, json={"wechat": value})
			self.assertEqual(answer.status_code, REFUSED, value)
			self.assertIn("WeChat", answer.text)

	def test_plain_values_rows_and_json_go_through(self):
		plain = {"wechat": "wx1", "homes_owned": 2, "birthday": None, "is_seller": True}
		rows = {"relations": [{"person_name": "王女士", "relation": "Spouse"}]}
		answer = self.dan.resource("PUT", "Client", self.mine.name, json={**plain, **rows})
		self.assertTrue(answer.ok, answer.text[-500:])
		board = {"doctype": "List Filter", "reference_doctype": "Client", "filter_name": "x"}
		answer = self.dan.resource(
			"POST", "List Filter", json={**board, "filters": '[["Client", "pool", "=", "x"]]'}
		)
		self.assertTrue(answer.ok, answer.text[-500:])

	def test_the_first_request_after_the_cache_was_emptied_is_answered(self):
		frappe.cache.flushall()
		self.assertTrue(self.dan.resource("GET", "Client", self.mine.name).ok)

	def test_a_record_asked_for_by_its_content_is_one_that_is_seen(self):
		"""An object in place of a name, and `frappe.client.get` with filters: hidden is answered as missing is."""
		methods = {
			"frappe.client.get": "name",
			"frappe.client.set_value": "name",
			"frappe.client.get_doc_permissions": "docname",
			"frappe.desk.form.load.getdoc": "name",
			"frappe.client.delete": "name",
		}
		for method, argument in methods.items():
			with self.subTest(method):
				body = {"doctype": "Client", "fieldname": "wechat", "value": "x"}
				answers = [
					self.dan.ask("POST", f"api/method/{method}", json={**body, argument: question})
					for question in (TRUE, FALSE)
				]
				self.assertEqual({answer.status_code for answer in answers}, {REFUSED})
		answers = [
			self.dan.call("frappe.client.get", doctype="Client", filters=question)
			for question in (TRUE, FALSE, {"name": self.secret})
		]
		self.assertEqual({answer.status_code for answer in answers}, {404})
		answer = self.dan.call("frappe.client.get", doctype="Client", filters={"name": self.mine.name})
		self.assertEqual(answer.json()["message"]["name"], self.mine.name)
		self.assertNotIn(NUMBER, answer.text)
