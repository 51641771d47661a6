"""Odd values at the API: refused with the field named, a moment with a zone converted, never an error of ours."""

import json

import frappe
from pymysql.err import DataError

from agency_crm.framework import bad_requests
from agency_crm.tests import factory
from agency_crm.tests.cases.http import AgencyHTTPCase, Browser

REFUSED = 417
LONG = "长" * 100_000
RENAME = "frappe.client.rename_doc"
FIELDS = (
	"x.y",
	"store.y",
	"owner.y",
	"client.",
	".y",
	"territories.y",
	"status.y",
	"x.y as z",
	"`x`.`y`",
	1,
	{},
	[],
)


class TestOddValues(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		cls.user = factory.make_user("Agency Administrator", "System Manager")
		cls.admin = Browser(cls.server, cls.token(cls.user.name))
		cls.cashier = Browser(cls.server, cls.token(factory.make_user("Agency Cashier").name))
		cls.agent = factory.make_agent().name
		cls.store = factory.make_store().name
		cls.client = factory.make_client(agent=cls.agent).name
		cls.wish = factory.make_requirement(client=cls.client).name
		cls.mapping = frappe.get_doc(
			{
				"doctype": "Listing Import Mapping",
				"mapping_name": frappe.generate_hash(length=8),
				"source_channel": "Own",
				"columns": [{"column_name": "小区", "target": "estate_name"}],
			}
		).insert()

	@classmethod
	def take_away(cls):
		super(AgencyHTTPCase, cls).take_away()

	def put(self, doctype: str, name: str, **values):
		return self.admin.ask(
			"PUT",
			f"api/resource/{doctype}/{name}",
			data=json.dumps(values).encode(),
			headers={"Content-Type": "application/json"},
		)

	def test_what_is_none_of_a_kind_is_refused_by_name(self):
		dates = ("0000-00-00", "2026-02-30", "99999-01-01", "abc", 1e30, True, {"a": 1}, [1], LONG)
		numbers = ("NaN", "Infinity", "1e30", 1e30, -1e30, 10**25, "abc", {"a": 1}, [1], LONG)
		rows = ("abc", 123, True, {"a": 1}, [1], ["a"], LONG)
		for doctype, name, field, values in (
			("Agent", self.agent, "on_leave_to", dates),
			("Agency Settings", "Agency Settings", "grade_ageing_percent", numbers),
			("Agency Settings", "Agency Settings", "price_max", numbers),
			("Client Requirement", self.wish, "budget_max", numbers),
			("Client Requirement", self.wish, "bedrooms_max", numbers),
			("Client Requirement", self.wish, "territories", rows),
			("Listing Import Mapping", self.mapping.name, "columns", rows),
			("Client", self.client, "client_name", ({"a": 1}, [1], LONG)),
			("Client Requirement", self.wish, "remarks", ({"a": 1}, [1], LONG)),
		):
			for value in values:
				with self.subTest(field=field, value=str(value)[:20]):
					answer = self.put(doctype, name, **{field: value})
					self.assertEqual(answer.status_code, REFUSED, answer.text[-300:])
					label = frappe.get_meta(doctype).get_label(field)
					self.assertTrue(field in answer.text or label in answer.text, answer.text[-300:])

	def test_a_number_that_is_none_in_json(self):
		answer = self.admin.ask(
			"PUT",
			f"api/resource/Client Requirement/{self.wish}",
			data=b'{"budget_max": NaN}',
			headers={"Content-Type": "application/json"},
		)
		self.assertEqual(answer.status_code, REFUSED)
		self.assertIn("budget_max", answer.text)

	def test_a_row_says_its_field_too(self):
		answer = self.put("Client", self.client, relations=[{"person_name": {"a": 1}, "relation": "Spouse"}])
		self.assertEqual(answer.status_code, REFUSED)
		self.assertIn("person_name", answer.text)

	def test_a_moment_with_a_zone_is_kept_by_the_sites_clock(self):
		zone = frappe.db.get_single_value("System Settings", "time_zone")
		self.addCleanup(frappe.db.commit)  # what was committed goes
		self.addCleanup(frappe.db.set_single_value, "System Settings", "time_zone", zone)
		frappe.db.set_single_value("System Settings", "time_zone", "Asia/Shanghai")
		frappe.db.commit()  # for the server
		for sent, kept in (
			("2026-11-30T23:30:00Z", "2026-12-01"),
			("2026-11-30T23:30:00+08:00", "2026-11-30"),
			("2026-11-30 23:30:00.5-0500", "2026-12-01"),
			("2026-11-30", "2026-11-30"),
		):
			with self.subTest(sent):
				answer = self.put("Agent", self.agent, on_leave_from=sent, on_leave_to="2027-01-31")
				self.assertEqual(answer.status_code, 200, answer.text[-300:])
				self.assertEqual(answer.json()["data"]["on_leave_from"], kept)

	def test_a_text_box_takes_a_number(self):
		answer = self.put("Client Requirement", self.wish, remarks=350)
		self.assertEqual((answer.status_code, answer.json()["data"]["remarks"]), (200, "350"))

	def test_what_isnt_there_is_no_error_of_ours(self):
		asked = (
			("run_doc_method", {"dt": "Agent", "dn": self.agent, "method": "set_missing"}),
			(
				"frappe.model.mapper.make_mapped_doc",
				{"method": "frappe.nowhere.get", "source_name": self.client},
			),
		)
		for function, arguments in asked:
			with self.subTest(function=function):
				answer = self.admin.ask("POST", f"api/method/{function}", data=arguments)
				self.assertEqual(answer.status_code, REFUSED, answer.text[-300:])
				self.assertIn(arguments["method"], answer.text)

	def test_a_call_that_lacks_arguments_is_told_which(self):
		"""By every way in, and where a function of ours answers for Frappe's."""
		get, deal = "frappe.client.get_list", {"dt": "Agent", "dn": self.agent}
		for verb, path, sent in (
			("POST", f"api/method/{get}", {}),
			("POST", f"api/v2/method/{get}", {}),
			("POST", "", {"cmd": get}),
			("POST", "api/method/frappe.client.get_count", {}),
			("POST", "", {"cmd": "frappe.desk.search.search_link"}),
			("POST", f"api/method/{RENAME}", {"doctype": "Agent"}),
			("POST", "api/method/run_doc_method", {**deal, "method": "get_title_field_value"}),
		):
			with self.subTest(path=path, **sent):
				answer = self.admin.ask(verb, path, data=sent)
				self.assertEqual(answer.status_code, REFUSED, answer.text[-300:])

	def test_what_is_no_filter_is_refused(self):
		for given in (
			{"filters": ["name"]},
			{"filters": ["name", "=", "x"]},
			{"or_filters": ["name"]},
			{"filters": [[]]},
			{"filters": [["name"]]},
			{"filters": [[["name"], "=", "x"]]},
			{"filters": [["name", ["="], "x"]]},
			{"filters": [["name", "in", {"a": 1}]]},
			{"filters": [["name", "between", 1]]},
			{"filters": [["creation", "between", [1, {}]]]},
			{"filters": [["creation", "timespan", "soon"]]},
			{"filters": [["creation", "previous", "soon"]]},
			{"filters": [["name", "descendants of", "x"]]},
			{"filters": [[1, "=", 1]]},
			{"filters": [["Nothing", "name", "=", 1]]},
			{"filters": [[{}, "name", "=", 1]]},
			{"filters": [1]},
			{"filters": 1},
			{"filters": {"x.y": 1}},
			{"filters": {"store.y": 1}},
			{"filters": {"": 1}},
			*({"fields": [field]} for field in FIELDS),
			*({"order_by": field} for field in FIELDS if isinstance(field, str)),
			*({"group_by": field} for field in FIELDS if isinstance(field, str)),
			{"fields": {"a": 1}},
			{"fields": 1},
			{"limit_page_length": "x"},
			{"limit_start": "x"},
			{"limit_page_length": -1},
		):
			for function in (
				"frappe.client.get_list",
				"frappe.client.get_count",
				"frappe.desk.reportview.get",
				"frappe.desk.reportview.get_count",
			):
				with self.subTest(function=function, **given):
					answer = self.admin.call(function, doctype="Client Requirement", **given)
					self.assertLess(answer.status_code, 500, answer.text[-300:])

	def test_records_of_others_are_held_to_their_kinds_too(self):
		payment = {"payment_type": "Receive", "party_type": "Customer"}
		for field, value in (
			("paid_amount", "NaN"),
			("paid_amount", "1e30"),
			("posting_date", "2026-02-30"),
			("reference_date", "abc"),
		):
			with self.subTest(field=field, value=value):
				answer = self.cashier.resource("POST", "Payment Entry", json={**payment, field: value})
				self.assertEqual(answer.status_code, REFUSED, answer.text[-300:])
				self.assertIn(field, answer.text)
		sent = {"description": "x", "date": "2026-11-30T23:30:00Z"}
		answer = self.admin.resource("POST", "ToDo", json=sent)
		self.assertEqual(answer.status_code, 200, answer.text[-300:])
		self.assertEqual(answer.json()["data"]["date"], "2026-12-01")

	def test_a_refusal_names_the_field_and_not_the_database(self):
		error = DataError(
			1292, "Incorrect date value: 'x' for column `_db`.`tabPayment Entry`.`posting_date` at row 1"
		)
		self.assertIn("posting_date", bad_requests.explain(error))
		self.assertNotIn("_db", bad_requests.explain(error))

	def test_who_met_anothers_lock_is_told_to_try_again(self):
		for error in (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			with self.subTest(error):
				self.assertIn("Try again", bad_requests.explain(error("1213")))
