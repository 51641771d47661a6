"""The gate's table against its two sources: the calls of the browser tests, and the scripts of the forms."""

import json
import re
from functools import cache
from pathlib import Path

import frappe

from agency_crm.framework import gate, moved, other_apps
from agency_crm.tests.base import AgencyTestCase

# Frappe's bundles of forms, lists, reports, calendars, boards, prints and uploads; what its pages and socket call
FRAPPE = ("public/js", "printing/page/print", "website/js", "templates", "www")
# of ERPNext what is on every form, and the forms that roles of the agency open
ERPNEXT = (
	"public/js",
	*(
		f"accounts/doctype/{name}"
		for name in (
			"account",
			"accounting_period",
			"bank",
			"bank_account",
			"bank_reconciliation_tool",
			"bank_transaction",
			"cost_center",
			"gl_entry",
			"journal_entry",
			"mode_of_payment",
			"payment_entry",
			"payment_ledger_entry",
			"payment_reconciliation",
			"period_closing_voucher",
			"repost_accounting_ledger",
			"repost_payment_ledger",
			"sales_invoice",
			"sales_taxes_and_charges_template",
			"unreconcile_payment",
		)
	),
	*(f"accounts/report/{name}" for name in ("general_ledger", "accounts_receivable", "accounts_payable")),
	*(f"accounts/report/{name}" for name in ("trial_balance", "balance_sheet", "profit_and_loss_statement")),
	*("selling/doctype/customer", "buying/doctype/supplier", "stock/doctype/item"),
	*(f"setup/doctype/{name}" for name in ("company", "employee", "sales_person", "territory")),
)
# lines of functions that the oldest version this runs on hasn't yet
NEWER = {
	"frappe.apps.get_incomplete_setup_route",
	"frappe.core.doctype.prepared_report.prepared_report.enqueue_json_to_csv_conversion",
	"frappe.desk.doctype.note.note.reset_notes",
	"frappe.desk.form.utils.update_comment_publicity",
}
SCRIPTS = {".js", ".ts", ".vue", ".html"}
GROUPS = {gate.GUEST, gate.WEBSITE, gate.DESK, "accounts", "ledger", "masters", gate.ANY_USER}
SHORT = {"ping": "frappe.ping", "upload_file": "frappe.handler.upload_file"}


@cache
def functions(app: str) -> set[str]:
	return set(other_apps.callable_functions(Path(frappe.get_app_path(app))))


def scripts(app: str, folders: tuple) -> list[Path]:
	root = Path(frappe.get_app_path(app))
	found = [file for folder in folders for file in (root / folder).rglob("*") if file.suffix in SCRIPTS]
	return [file for file in found if not {"dist", "node_modules"}.intersection(file.parts)]


def named(app: str, folders: tuple) -> set[str]:
	"""The functions that the scripts in these folders name, and the methods that a form calls of its document."""
	known, found = functions("frappe") | functions("erpnext"), set()
	for file in scripts(app, folders):
		text = file.read_text(encoding="utf-8", errors="replace")
		found.update(known.intersection(re.findall(r"\w+(?:\.\w+)+", text)))
		module = ".".join((app, *file.relative_to(frappe.get_app_path(app)).with_suffix("").parts))
		found.update(
			function
			for function in known
			if function.startswith(f"{module}.")
			and function.split(".")[-2][0].isupper()
			and re.search(rf"""["']{function.rpartition(".")[2]}["']""", text)
		)
	return found


class TestGateTable(AgencyTestCase):
	def test_each_line_is_a_function_and_a_group(self):
		everything = functions("frappe") | functions("erpnext") | NEWER
		for name, words in gate._table().items():
			with self.subTest(function=name):
				self.assertIn(name, everything)
				self.assertLessEqual(set(words), GROUPS)

	def test_guests_get_what_frappe_ships_for_guests(self):
		for name, words in gate._table().items():
			if gate.GUEST in words:
				with self.subTest(function=name):
					self.assertIn(frappe.get_attr(name), frappe.guest_methods)

	def test_what_is_refused_has_a_reason(self):
		refused = gate._refused()
		self.assertEqual(set(refused) & set(gate._table()), set())
		self.assertLessEqual(set(refused), functions("frappe") | functions("erpnext") | NEWER)
		self.assertNotIn("", refused.values())

	def test_what_the_scripts_name_is_let_through_or_refused_for_a_reason(self):
		socket = Path(frappe.get_app_path("frappe")).parent / "realtime"
		heard = set(
			re.findall(r"frappe\.realtime\.\w+", "".join(f.read_text() for f in socket.rglob("*.js")))
		)
		asked = heard | named("frappe", FRAPPE) | named("erpnext", ERPNEXT)
		self.assertGreater(len(asked), 300)
		self.assertEqual(sorted(asked - set(gate._table()) - set(gate._refused())), [])

	def test_what_the_browsers_called_is_let_through(self):
		file = Path(__file__).with_name("recorded_calls.json")
		for call in json.loads(file.read_text(encoding="utf-8")):
			name = SHORT.get(call, call)
			with self.subTest(call=call):
				if " " in name:  # a DocType and a method of it
					doctype, _dot, method = name.rpartition(".")
					name = gate.name_of(
						getattr(frappe.get_meta(doctype) and self.controller(doctype), method)
					)
				self.assertTrue(name.startswith(f"{gate.APP}.") or name in gate._table(), name)

	def test_the_queries_of_links_are_let_through(self):
		for doctype, queries in frappe.get_hooks("standard_queries").items():
			with self.subTest(doctype=doctype):
				name = gate.name_of(frappe.get_attr(queries[-1]))
				self.assertTrue(name.startswith(f"{gate.APP}.") or name in gate._table(), name)

	@staticmethod
	def controller(doctype: str) -> type:
		return type(frappe.new_doc(doctype))

	def test_an_override_is_listed_under_the_name_of_what_it_replaces(self):
		"""The gate knows what is replaced by that name."""
		found = frappe.get_hooks("override_whitelisted_methods")
		ours = {name for name, overrides in found.items() if overrides[-1].startswith(f"{gate.APP}.")}
		ours -= moved.addresses().keys()
		self.assertEqual({gate.name_of(frappe.get_attr(name)) for name in ours}, ours)

	def test_nobody_keeps_the_list_of_functions_under_another_name(self):
		"""Who imported it by name would ask a list without a gate."""
		keepers = [
			file.name
			for app in ("frappe", "erpnext")
			for file in Path(frappe.get_app_path(app)).rglob("*.py")
			if re.search(r"from frappe import[^\n]*\bwhitelisted\b", file.read_text(encoding="utf-8"))
		]
		self.assertEqual(keepers, [])

	def test_functions_of_other_apps_are_found(self):
		with self.subTest("none here"):
			self.assertEqual(
				set(other_apps.functions()), set(frappe.get_installed_apps()) - {*gate.HELD, gate.APP}
			)
		self.assertIn("agency_crm.api.listings.keys.borrow", functions("agency_crm"))
