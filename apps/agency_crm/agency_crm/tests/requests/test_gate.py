"""The gate over HTTP: every way to a function, as an agent, a plain user, a website user, a partner's key, a guest."""

import json
import shutil
import time
from pathlib import Path

import frappe
import requests

from agency_crm.framework import gate
from agency_crm.services.intake import partners
from agency_crm.tests import factory
from agency_crm.tests.cases.http import DENIED, PRICE, AgencyHTTPCase, Browser

CLOSED = "frappe.desk.doctype.number_card.number_card.get_cards_for_user"  # in no line of the table
COUNT = "frappe.client.get_count"
OTHER = "agency_crm.tests.other_app.greet"  # the address; by its module it is another app's
UNKNOWN = 417  # to an older Frappe
MAPPER = "frappe.model.mapper.make_mapped_doc"
# seen open before there was a gate: function -> arguments
HOLES = {
	"erpnext.accounts.doctype.invoice_discounting.invoice_discounting.get_invoices": {"filters": {}},
	"erpnext.accounts.doctype.payment_entry.payment_entry.get_reference_details": {
		"reference_doctype": "Sales Invoice",
		"reference_name": "none",
		"party_account_currency": "CNY",
	},
	"erpnext.controllers.stock_controller.show_accounting_ledger_preview": {
		"company": "none",
		"doctype": "Sales Invoice",
		"docname": "none",
	},
	"erpnext.accounts.doctype.unreconcile_payment.unreconcile_payment.get_linked_payments_for_doc": {
		"company": "none",
		"doctype": "Sales Invoice",
		"docname": "none",
	},
	"erpnext.accounts.utils.get_balance_on": {},
}


class TestGate(AgencyHTTPCase):
	"""Each way in, each kind of person, and the list of what was refused."""

	@classmethod
	def prepare(cls):
		super().prepare()
		outside = {"plain": factory.make_user("Inbox User"), "website": factory.make_user()}
		cls.outside = {name: user.name for name, user in outside.items()}
		for name, user in cls.outside.items():
			cls.people[name] = Browser(cls.server, cls.token(user))
		key = partners.make_key(factory.make_partner())
		cls.people["partner"] = Browser(cls.server, f"{key['api_key']}:{key['api_secret']}")
		cls.people["guest"] = guest = Browser(cls.server, "")
		del guest.session.headers["Authorization"]
		cls.dan, cls.guest = cls.people["dan"], guest

	def assert_refused(self, answer: requests.Response, name: str = "") -> None:
		self.assertIn(answer.status_code, (DENIED, 404), answer.text[-300:])
		if name:
			self.assertIn(name, answer.text)

	def system_manager(self) -> Browser:
		manager = factory.make_user("System Manager")
		self.addCleanup(frappe.delete_doc, "User", manager.name, force=True)
		browser = Browser(self.server, self.token(manager.name))
		frappe.db.commit()  # the key
		return browser

	@staticmethod
	def through(browser: Browser, function: str, **arguments) -> requests.Response:
		"""Have a function called by another, named among the arguments."""
		return browser.ask("POST", f"api/method/{function}", data=arguments)

	def test_addresses_of_a_function(self):
		for path in (
			f"api/method/{CLOSED}",
			f"api/v1/method/{CLOSED}",
			f"api/v2/method/{CLOSED}",
			"api/v2/method/Number Card/get_cards_for_user",
			f"?cmd={CLOSED}",
		):
			for verb in ("GET", "POST"):
				with self.subTest(path=path, verb=verb):
					arguments = {
						"doctype": "User",
						"txt": "",
						"searchfield": "name",
						"start": 0,
						"page_len": 1,
					}
					answer = self.dan.ask(verb, path, params={**arguments, "filters": "{}"})
					self.assert_refused(answer, CLOSED)

	def test_methods_of_a_document(self):
		todo = frappe.get_doc(doctype="ToDo", description="x", allocated_to=self.agency.users["dan"])
		todo.insert(ignore_permissions=True)
		frappe.db.commit()  # the server looks for it
		name, method = todo.name, "Document.rename"
		for verb, path, arguments in (
			("GET", f"api/resource/ToDo/{name}", {"run_method": "rename", "name": "x"}),
			("POST", f"api/resource/ToDo/{name}", {"run_method": "rename", "name": "x"}),
			("POST", f"api/v2/document/ToDo/{name}/method/rename", {"name": "x"}),
			("POST", "api/method/run_doc_method", {"dt": "ToDo", "dn": name, "method": "rename"}),
			("POST", "api/v2/method/run_doc_method", {"document": todo.as_json(), "method": "rename"}),
		):
			with self.subTest(path=path, verb=verb):
				self.assert_refused(self.dan.ask(verb, path, params=arguments), method)

	def test_functions_named_by_an_argument(self):
		files = {"file": ("note.txt", b"x")}
		for answer in (
			self.dan.call("frappe.desk.search.search_link", doctype="User", txt="", query=CLOSED),
			self.dan.call("frappe.desk.search.search_widget", doctype="User", txt="", query=CLOSED),
			self.through(self.dan, MAPPER, method=CLOSED, source_name="User"),
			self.through(
				self.dan,
				"frappe.model.mapper.map_docs",
				method=CLOSED,
				source_names='["User"]',
				target_doc="{}",
			),
			self.dan.call(
				"frappe.desk.treeview.get_all_nodes", doctype="User", label="x", parent="", tree_method=CLOSED
			),
			self.dan.ask("POST", "api/method/upload_file", data={"method": CLOSED}, files=files),
			self.dan.ask("POST", "api/v2/method/upload_file", data={"method": CLOSED}, files=files),
		):
			with self.subTest(request=answer.request.body):
				self.assert_refused(answer)

	def test_what_an_override_replaces_has_no_second_address(self):
		above = {"name": self.agency.listings["Private"], "asking_price": (">", 1)}
		for answer in (
			self.through(
				self.dan,
				"frappe.model.mapper.map_docs",
				method=COUNT,
				source_names='["Listing Private"]',
				target_doc=frappe.as_json({"floor_price": (">", PRICE - 1)}),
			),
			self.through(self.dan, MAPPER, method=COUNT, source_name="Listing Private"),
			self.dan.call(
				"frappe.desk.treeview.get_all_nodes",
				doctype="Listing",
				label="x",
				parent=above,
				tree_method=COUNT,
			),
			self.dan.call("frappe.desk.search.search_link", doctype="Listing", txt="", query=COUNT),
			self.dan.call("agency_crm.api.frappe.lists.client.get_count", doctype="Listing"),
			self.dan.call(
				"frappe.tests.test_search.search_link",
				doctype="Client",
				txt=self.secret,
				ignore_user_permissions=1,
			),
			self.dan.call(
				"frappe.tests.tests_geo_utils.get_coords",
				doctype="Listing",
				filters="[]",
				type="location_field",
			),
		):
			with self.subTest(request=answer.request.body):
				self.assertIn(answer.status_code, (DENIED, 404, 417), answer.text[-300:])
				self.assertNotIn(self.secret, answer.text)

	def test_the_count_of_the_rest_api(self):
		"""It ends in the override of the same function, for those who may call that."""
		answer = self.dan.ask("GET", "api/v2/doctype/Listing/count")
		self.assertTrue(answer.ok, answer.text[-900:])
		self.assert_refused(self.people["website"].ask("GET", "api/v2/doctype/Listing/count"))
		self.assert_refused(self.people["website"].ask("GET", "api/v2/doctype/Listing/meta"))

	def test_a_post_stays_a_post(self):
		"""A function that takes POST alone can't be had by GET through another, past the check of the session."""
		reveal = "agency_crm.api.privacy.reveals.find_client"
		answer = self.dan.ask("GET", f"api/method/{MAPPER}", params={"method": reveal, "source_name": "x"})
		self.assert_refused(answer, "GET")

	def test_tests_are_no_part_of_a_site(self):
		"""Not even for a System Manager, where `allow_tests` is off."""
		name = "frappe.tests.test_api.test_array"
		manager = self.system_manager()
		self.assertTrue(manager.call(name, data="[]").ok)
		self.addCleanup(self.configure, allow_tests=True)
		self.configure(allow_tests=0)
		self.assert_refused(manager.call(name, data="[]"), "test_array")

	def test_what_isnt_a_function_is_refused(self):
		self.assert_refused(self.through(self.dan, MAPPER, method="frappe.whitelisted", source_name="x"))

	def test_holes_are_closed_to_all_but_accountants(self):
		for name, arguments in HOLES.items():
			for person in ("cat", "boss", "admin", "plain", "website", "partner", "guest"):
				with self.subTest(function=name, person=person):
					self.assert_refused(self.people[person].call(name, **arguments))
		answer = self.people["accountant"].call("erpnext.accounts.utils.get_balance_on", account=None)
		self.assertNotEqual(answer.status_code, DENIED, answer.text[-300:])

	def test_rows_of_any_table(self):
		"""A query that takes a field, a table and a filter of any DocType."""
		answer = self.dan.call(
			"frappe.desk.search.search_link",
			doctype="Sales Invoice Item",
			txt="",
			query="erpnext.controllers.queries.get_filtered_child_rows",
			filters={"parenttype": "Sales Invoice"},
		)
		self.assert_refused(answer)

	def test_nobody_is_handed_another_s_report(self):
		"""Newer Frappe turns the result of a report, whoever asked for it, into a file for the caller."""
		name = "frappe.core.doctype.prepared_report.prepared_report.enqueue_json_to_csv_conversion"
		for person in ("dan", "boss", "accountant", "plain", "guest"):
			with self.subTest(person=person):
				answer = self.people[person].call(name, prepared_report_name="any")
				self.assertIn(answer.status_code, (DENIED, UNKNOWN), answer.text[-300:])
		with self.assertRaises(frappe.ValidationError):
			gate.check_openable(name)

	def test_a_guest_makes_no_payment_request(self):
		answer = self.guest.call(
			"erpnext.accounts.doctype.payment_request.payment_request.make_payment_request",
			dt="Sales Invoice",
			dn="none",
			recipient_id="x@example.com",
			submit_doc=1,
		)
		self.assert_refused(answer, "make_payment_request")

	def test_those_without_a_desk(self):
		"""A website user, a partner's key and a guest get the pages' own functions, and no other app's."""
		for person in ("website", "partner", "guest"):
			for name in (
				"frappe.client.get_list",
				"frappe.desk.reportview.get",
				"frappe.desk.search.search_link",
				"frappe.desk.form.load.getdoctype",
				"frappe.website.doctype.web_form.web_form.accept",
				"frappe.www.contact.send_message",
				"upload_file",
			):
				with self.subTest(person=person, function=name):
					arguments = {
						"doctype": "User",
						"name": "x",
						"txt": "",
						"sender": "a@b.cn",
						"message": "x",
					}
					self.assert_refused(self.people[person].call(name, web_form="x", data={}, **arguments))
			with self.subTest(person=person):
				self.assertTrue(self.people[person].call("ping").ok)

	def test_another_apps_function_is_for_who_has_a_desk(self):
		for path in (f"api/method/{OTHER}", f"?cmd={OTHER}", f"api/v2/method/{OTHER}"):
			for person in ("dan", "cashier", "plain"):
				with self.subTest(path=path, person=person):
					answer = self.people[person].ask("POST", path)
					self.assertTrue(answer.ok and "hello" in answer.text, answer.text[-300:])
			for person in ("website", "partner", "guest"):
				with self.subTest(path=path, person=person):
					self.assert_refused(self.people[person].ask("POST", path), "other_app.api.greet")

	def test_a_script_of_the_sites_own_is_for_whom_its_author_says(self):
		"""What is logged in calls it, a guest where it says so; what it calls is its author's to answer for."""
		kept = frappe.get_common_site_config().get("server_script_enabled")
		self.addCleanup(self.configure_bench, "server_script_enabled", kept)
		self.configure_bench("server_script_enabled", 1)
		script = "frappe.response['message'] = 'hello'"
		values = {"script_type": "API", "script": script, "name": frappe.generate_hash(length=8)}
		values["api_method"] = method = f"greet_{values['name']}"
		doc = frappe.get_doc({"doctype": "Server Script", **values}).insert()
		frappe.db.commit()  # the server reads it
		self.addCleanup(self.forget_script, doc)
		for person in ("dan", "plain", "website", "partner"):
			with self.subTest(person=person):
				self.assertEqual(self.people[person].call(method).json(), {"message": "hello"})
		self.assert_refused(self.guest.call(method))
		doc.update({"allow_guest": 1}).save()
		frappe.db.commit()  # the server reads it
		self.assertEqual(self.guest.call(method).json(), {"message": "hello"})
		for person in ("dan", "website", "guest"):
			answer = self.people[person].resource("POST", "Server Script", json={**values, "name": "x"})
			self.assert_refused(answer)

	@staticmethod
	def configure_bench(key: str, value) -> None:
		"""Write a setting of all sites in one step: others read the file meanwhile, and Frappe empties it first."""
		file = Path(frappe.local.sites_path, "common_site_config.json")
		new = file.with_suffix(".new")
		shutil.copy(file, new)
		settings = {**json.loads(file.read_text()), key: value}
		new.write_text(
			json.dumps({name: kept for name, kept in settings.items() if kept is not None}, indent=1)
		)
		new.replace(file)

	@staticmethod
	def forget_script(doc) -> None:
		frappe.db.rollback()
		frappe.delete_doc("Server Script", doc.name, force=True)
		frappe.db.commit()  # the server reads it too

	def test_what_is_shut_to_all_is_listed_and_cant_be_opened(self):
		self.forget_refusals()
		self.addCleanup(self.forget_refusals)
		self.addCleanup(self.configure, allow_tests=True)
		self.configure(allow_tests=0)
		test = "frappe.tests.test_api.test_array"
		self.assert_refused(self.dan.call(test, data="[]"), "test_array")
		plain = {"method": COUNT, "source_names": '["User"]', "target_doc": "{}"}
		mapped = self.through(self.dan, "frappe.model.mapper.map_docs", **plain)
		if not mapped.ok:  # newer Frappe's calls what stands in for it
			self.assert_refused(mapped)
		self.assert_refused(self.people["website"].ask("POST", f"api/method/{OTHER}"))
		frappe.conf.allow_tests = 0
		self.addCleanup(setattr, frappe.conf, "allow_tests", True)
		for name in (test,) if mapped.ok else (test, COUNT):
			with self.subTest(function=name):
				(row,) = self.rows(function=name)
				self.assertEqual(row.role, "Agency Agent")
				opened = frappe.get_doc("Refused Call", row.name).update({"is_open": 1})
				self.assertRaises(frappe.ValidationError, opened.save)
		self.assertEqual(len(self.rows(function="other_app.api.greet")), 1)

	def test_a_user_named_is_oneself(self):
		other, own = self.agency.users["ann"], self.agency.users["dan"]
		for name, arguments in (
			("frappe.desk.doctype.event.event.get_events", {"start": "2026-01-01", "end": "2026-12-31"}),
			("frappe.desk.doctype.notification_settings.notification_settings.set_seen_value", {"value": 0}),
			("frappe.core.doctype.user_permission.user_permission.get_user_permissions", {}),
		):
			with self.subTest(function=name):
				self.assert_refused(self.dan.call(name, user=other, **arguments), "user")
				self.assertTrue(self.dan.call(name, user=own, **arguments).ok)
				self.assert_refused(self.through(self.dan, MAPPER, method=name, source_name=other))

	def test_nobody_asks_for_rights_to_be_ignored(self):
		answer = self.dan.call(
			"frappe.desk.form.assign_to.add",
			doctype="Client",
			name=self.secret,
			assign_to=[self.agency.users["dan"]],
			ignore_permissions=1,
		)
		self.assert_refused(answer)

	def test_a_system_manager_calls_what_frappe_lets_them(self):
		browser = self.system_manager()
		self.assertTrue(browser.call("frappe.core.doctype.user.user.get_all_roles").ok)
		plain = {"method": COUNT, "source_names": '["User"]', "target_doc": "{}"}
		answer = self.through(browser, "frappe.model.mapper.map_docs", **plain)
		if answer.ok:  # newer Frappe calls what replaces the function
			self.assertIsInstance(answer.json()["message"], int)
		else:
			self.assert_refused(answer)

	def forget_refusals(self) -> None:
		frappe.db.delete("Refused Call")
		for key in (*frappe.cache.get_keys("refused_call"), *frappe.cache.get_keys("opened_calls")):
			frappe.cache.delete(key)
		frappe.db.commit()  # the server writes them

	def rows(self, **filters) -> list:
		"""The rows, as soon as there are some: they are written after the answer."""
		for _attempt in range(50):
			frappe.db.rollback()  # to see what the server wrote
			if found := frappe.get_all("Refused Call", filters, ["*"]):
				break
			time.sleep(0.1)
		return found

	def test_one_row_however_often(self):
		self.forget_refusals()
		name = "frappe.core.doctype.user.user.get_all_roles"
		for _time in range(3):
			self.assert_refused(self.dan.call(name), name)
		self.guest.call("frappe.www.contact.send_message", sender="x@y.cn", message="x")
		(row,) = self.rows(function=name)
		self.assertEqual((row.role, row.times, row.is_open), ("Agency Agent", 1, 0))
		frappe.get_attr("agency_crm.framework.refusals.write_all")()
		self.assertEqual([row.times for row in self.rows(function=name)], [3])
		self.assertEqual([row.role for row in self.rows(role="Guest")], ["Guest"])

	def test_a_system_manager_opens_it_for_the_role(self):
		self.forget_refusals()
		name = "frappe.core.doctype.user.user.get_all_roles"
		self.dan.call(name)
		(row,) = self.rows(function=name)
		for person in ("dan", "admin", "plain", "website", "guest"):
			answer = self.people[person].resource("PUT", "Refused Call", row.name, json={"is_open": 1})
			self.assertEqual(answer.status_code, DENIED, person)
		frappe.get_doc("Refused Call", row.name).update({"is_open": 1}).save()
		frappe.db.commit()  # the server asks for it
		self.addCleanup(self.forget_refusals)
		self.assertTrue(self.dan.call(name).ok)
		self.assert_refused(self.people["plain"].call(name), name)

	def test_watching(self):
		"""A site that watches writes down what its own people would be refused, and refuses the others."""
		self.forget_refusals()
		name = "frappe.core.doctype.user.user.get_all_roles"
		self.addCleanup(self.configure, gate_watch=None)
		self.configure(gate_watch=1)
		self.assertTrue(self.dan.call(name).ok)
		self.assertEqual([row.role for row in self.rows(function=name)], ["Agency Agent"])
		for person in ("website", "partner", "guest"):
			self.assert_refused(self.people[person].call(name))

	def configure(self, **settings) -> None:
		path = frappe.get_site_path("site_config.json")
		with open(path, encoding="utf-8") as file:
			config = json.load(file)
		config.update(settings)
		with open(path, "w", encoding="utf-8") as file:
			json.dump({key: value for key, value in config.items() if value is not None}, file, indent=1)
