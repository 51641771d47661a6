"""What a record is called is its DocType's to say, whoever creates it and whichever way."""

import re

import frappe

from agency_crm.setup.company import account
from agency_crm.tests import factory
from agency_crm.tests.cases.http import AgencyHTTPCase, Browser
from agency_crm.tests.data_import import import_row

CHOSEN = "<img src=x onerror=alert(1)>"
V1, V2, INSERT = "api/resource", "api/v2/document", "api/method/frappe.client.insert"


class TestNames(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		cls.company = frappe.get_all("Company", pluck="name", limit=1)[0]
		number = ("1001", "100201")
		cls.accounts = [account(cls.company, one) for one in number]

	def client(self, **fields) -> dict:
		phones = [{"number": factory.make_phone(), "label": "Own", "is_primary": 1}]
		return {"client_name": "Named", "client_type": "Individual", "phones": phones, **fields}

	def journal(self, **fields) -> dict:
		rows = [
			{"account": name, "debit_in_account_currency": debit, "credit_in_account_currency": 1 - debit}
			for debit, name in enumerate(self.accounts)
		]
		dated = {"company": self.company, "posting_date": frappe.utils.today()}
		return {**dated, "voucher_type": "Journal Entry", "accounts": rows, **fields}

	def create(self, browser: Browser, way: str, doctype: str, values: dict):
		doc = frappe.as_json({"doctype": doctype, **values})
		if way == INSERT:
			return browser.ask("POST", INSERT, data={"doc": doc})
		headers = {"Content-Type": "application/json"}
		return browser.ask("POST", f"{way}/{doctype}", data=doc, headers=headers)

	def assert_series(self, answer, pattern: str) -> str:
		self.assertTrue(answer.ok, answer.text[-900:])
		content = answer.json()
		name = (content.get("data") or content.get("message"))["name"]
		self.assertRegex(name, pattern)
		return name

	def test_a_client_is_called_by_our_series(self):
		for way in (V1, V2, INSERT):
			for chosen in (CHOSEN, "C-999999"):
				with self.subTest(way=way, chosen=chosen):
					answer = self.create(self.people["dan"], way, "Client", self.client(name=chosen))
					name = self.assert_series(answer, r"^C-\d{6}$")
					self.assertNotEqual(name, chosen)
					frappe.db.rollback()  # to see what the server wrote
					rows = frappe.get_all("Client Phone", {"parent": name}, pluck="name")
					self.assertEqual([bool(re.fullmatch(r"\w{10}", row)) for row in rows], [True])

	def test_a_voucher_keeps_erpnext_s_number(self):
		series = frappe.get_meta("Journal Entry").get_options("naming_series").split("\n")[0]
		prefix = re.escape(series.split(".")[0])
		for way in (V1, V2, INSERT):
			for fields in ({"name": "JV-MINE"}, {"name": CHOSEN}, {"set_name": "JV-MINE"}):
				with self.subTest(way=way, **fields):
					answer = self.create(
						self.people["accountant"], way, "Journal Entry", self.journal(**fields)
					)
					name = self.assert_series(answer, f"^{prefix}")
					self.addCleanup(self.delete, name)

	def delete(self, journal: str) -> None:
		frappe.delete_doc("Journal Entry", journal, force=True)
		frappe.db.commit()  # the server wrote it

	def test_a_series_of_ones_own_is_refused(self):
		values = self.journal(naming_series="MINE-.####")
		answer = self.create(self.people["accountant"], V1, "Journal Entry", values)
		self.assertEqual(answer.status_code, 417, answer.text[-300:])
		self.assertIn("MINE-", answer.text)

	def test_nothing_is_amended_where_nothing_can_be(self):
		values = self.client(amended_from="C-OTHER")
		self.assert_series(self.create(self.people["dan"], V1, "Client", values), r"^C-\d{6}$")

	def test_a_doctype_that_asks_for_a_name_keeps_asking(self):
		block = frappe.get_doc({"doctype": "Custom HTML Block", "name": "Asked"})
		self.addCleanup(frappe.delete_doc, "Custom HTML Block", "Asked", force=True)
		self.assertEqual(block.insert().name, "Asked")

	def test_an_import_names_no_record(self):
		frappe.set_user(self.agency.users["admin"])
		self.addCleanup(frappe.set_user, "Administrator")
		title = f"Estate {frappe.generate_hash(length=8)}"
		row = {"ID": "EST-MINE", "Estate Name": title, "Business Circle": factory.make_territory().name}
		import_row("Estate", "Insert New Records", row)
		self.assertRegex(frappe.db.get_value("Estate", {"estate_name": title}), r"^EST-\d{5}$")
