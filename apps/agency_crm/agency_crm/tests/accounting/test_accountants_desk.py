"""What the accountant opens of ERPNext, what of it the cashier is refused, and that ERPNext's own rights stay its own."""

import json
import re
from pathlib import Path

import frappe
from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import get_dimensions
from frappe import client
from frappe.desk import query_report
from frappe.utils import add_days, getdate, today

from agency_crm.api.frappe import reports
from agency_crm.framework import gate
from agency_crm.patches.v1_0 import give_rights_back
from agency_crm.setup import roles
from agency_crm.tests import factory
from agency_crm.tests.cases.money import MoneyTestCase
from agency_crm.tests.users import as_user

# report -> what its filters need beside the company
REPORTS = {
	"General Ledger": {"from_date", "to_date"},
	"Accounts Receivable": {"report_date", "ageing"},
	"Accounts Receivable Summary": {"report_date", "ageing"},
	"Accounts Payable": {"report_date", "ageing"},
	"Accounts Payable Summary": {"report_date", "ageing"},
	"Trial Balance": {"fiscal_year", "from_date", "to_date"},
	"Sales Register": {"from_date", "to_date"},
	"Bank Reconciliation Statement": {"account", "report_date"},
	"Profit and Loss Statement": {"years"},
	"Balance Sheet": {"years"},
}
# tool -> what the accountant does with it
TOOLS = {
	"Payment Reconciliation": "read write",
	"Bank Transaction": "read create write submit cancel",
	"Bank Reconciliation Tool": "read write",
	"Period Closing Voucher": "read create submit cancel",
	"Accounting Period": "read create write",
	"Repost Accounting Ledger": "read create submit",
	"Repost Payment Ledger": "read create submit",
}
# what the forms of the tools call
CALLED = (
	"erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool.get_bank_transactions",
	"erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool.get_account_balance",
	"erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool.get_linked_payments",
	"erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool.reconcile_vouchers",
	"erpnext.accounts.doctype.payment_reconciliation.payment_reconciliation.PaymentReconciliation.reconcile",
	"erpnext.accounts.doctype.payment_reconciliation.payment_reconciliation."
	"PaymentReconciliation.get_unreconciled_entries",
	"erpnext.accounts.doctype.repost_accounting_ledger.repost_accounting_ledger."
	"RepostAccountingLedger.generate_preview",
)


class TestAccountantsDesk(MoneyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.accountant = factory.make_user("Agency Accountant").name
		cls.cashier = factory.make_user("Agency Cashier").name

	def filters(self, report: str) -> dict:
		year = frappe.get_all("Fiscal Year", {"year_start_date": ("<=", today())}, pluck="name")[-1]
		days = {"from_date": f"{getdate().year}-01-01", "to_date": today(), "report_date": today()}
		known = {
			**{key: {key: value} for key, value in days.items()},
			"fiscal_year": {"fiscal_year": year},
			"account": {"account": self.accounts.default_bank},
			"ageing": {"ageing_based_on": "Due Date", "range": "30, 60, 90, 120"},
			"years": {
				"filter_based_on": "Date Range",
				"period_start_date": days["from_date"],
				"period_end_date": days["to_date"],
				"periodicity": "Yearly",
			},
		}
		found = {"company": self.company}
		for need in REPORTS[report]:
			found |= known[need]
		return found

	def test_each_report_runs_as_the_accountant_and_none_as_the_cashier(self):
		self.pay("Buyer", 70000, getdate())
		refused = set()
		for report in REPORTS:
			with self.subTest(report), as_user(self.accountant):
				answer = reports.run_report(report, self.filters(report))
				self.assertTrue(answer["result"], report)
			with as_user(self.cashier):
				try:
					reports.run_report(report, self.filters(report))
				except frappe.PermissionError:
					refused.add(report)
		self.assertEqual(refused, REPORTS.keys())

	def test_each_report_s_page_opens_as_the_accountant(self):
		"""What its script asks before anything is typed: a refusal would be a message in front of the report."""
		listed = set()
		for report in REPORTS:
			with self.subTest(report), as_user(self.accountant):
				script = query_report.get_script(report)["script"]
				for doctype in re.findall(r'frappe\.db\s*\.get_list\("([^"]+)"', script):
					self.assertTrue(client.get_list(doctype, limit_page_length=0), doctype)
					listed.add(doctype)
				for function in re.findall(r'(?:method:|xcall\()\s*"([\w.]+)"', script):
					self.assertTrue(gate.allows(frappe.get_attr(function), self.accountant), function)
		self.assertIn("Party Type", listed)
		for function in (client.get_list, query_report.get_script, reports.run_report, get_dimensions):
			self.assertTrue(gate.allows(function, self.accountant), function)

	def test_each_tool_opens_for_the_accountant_and_none_for_the_cashier(self):
		for tool, rights in TOOLS.items():
			for right in rights.split():
				with self.subTest(tool=tool, right=right):
					self.assertTrue(frappe.has_permission(tool, right, user=self.accountant))
			self.assertFalse(frappe.has_permission(tool, "read", user=self.cashier), tool)
		for function in CALLED:
			with self.subTest(function=function):
				self.assertTrue({"accounts", "ledger"} & set(gate._table().get(function, ())))
				if "bank" in function:  # which ask no right themselves
					self.assertNotIn("accounts", gate._table()[function])

	def test_a_line_of_the_bank_s_statement_is_reconciled(self):
		payment = self.pay("Buyer", 70000, getdate())
		bank = frappe.get_doc(doctype="Bank", bank_name=f"Bank {frappe.generate_hash(length=6)}").insert()
		account = frappe.get_doc(
			doctype="Bank Account", account_name="Operating", bank=bank.name, is_company_account=1,
			company=self.company, account=payment.paid_to,
		).insert()  # fmt: skip
		tool = "erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool"
		with as_user(self.accountant):
			line = frappe.get_doc(
				doctype="Bank Transaction", date=today(), bank_account=account.name, deposit=70000,
				currency="CNY", reference_number="1",
			).insert()  # fmt: skip
			line.submit()
			vouchers = [{"payment_doctype": "Payment Entry", "payment_name": payment.name, "amount": 70000}]
			frappe.call(f"{tool}.reconcile_vouchers", line.name, frappe.as_json(vouchers))
		self.assertEqual(line.reload().status, "Reconciled")

	def test_the_accountant_closes_and_reposts(self):
		payment = self.pay("Buyer", 70000, getdate())
		with as_user(self.accountant):
			period = frappe.get_doc(
				doctype="Accounting Period", period_name="Closed", company=self.company,
				start_date=add_days(today(), 300), end_date=add_days(today(), 330),
				closed_documents=[{"document_type": "Sales Invoice", "closed": 1}],
			)  # fmt: skip
			period.insert()
			repost = frappe.get_doc(
				doctype="Repost Payment Ledger", company=self.company, posting_date=today(),
				voucher_type="Payment Entry", add_manually=1,
				repost_vouchers=[{"voucher_type": "Payment Entry", "voucher_no": payment.name}],
			)  # fmt: skip
			repost.insert()


class TestRightsOfErpnext(MoneyTestCase):
	"""Ours stand beside ERPNext's, which no copy holds back from an upgrade."""

	def tearDown(self):
		super().tearDown()
		frappe.clear_cache()

	def theirs(self, doctype: str) -> list:
		return sorted(
			(row.role, row.permlevel, row.read, row.write, row.create, row.submit, row.report)
			for row in frappe.get_meta(doctype).permissions
			if row.role not in roles.ROLES
		)

	def shipped(self, doctype: str) -> list:
		module = frappe.db.get_value("DocType", doctype, "module")
		name = frappe.scrub(doctype)
		file = Path(frappe.get_module_path(module, "doctype", name, f"{name}.json"))
		fields = ("permlevel", "read", "write", "create", "submit", "report")
		rows = json.loads(file.read_text(encoding="utf-8"))["permissions"]
		return sorted((row["role"], *(row.get(field, 0) for field in fields)) for row in rows)

	def test_they_read_as_erpnext_ships_them_and_after_an_upgrade_again(self):
		for doctype in roles.RIGHTS:
			self.assertEqual(self.theirs(doctype), self.shipped(doctype), doctype)
			self.assertFalse(frappe.db.exists("Custom DocPerm", {"parent": doctype}), doctype)
		# what an upgrade's migrate does: the file's rows come in, and ours are given again
		frappe.db.set_value("DocPerm", {"parent": "GL Entry", "role": "Auditor"}, "write", 1)
		frappe.db.delete("DocPerm", {"parent": "GL Entry", "role": ("in", roles.ROLES)})
		frappe.clear_cache(doctype="GL Entry")
		before = self.theirs("GL Entry")
		roles.grant_rights()
		self.assertEqual(self.theirs("GL Entry"), before)
		given = {row.role for row in frappe.get_meta("GL Entry").permissions}
		self.assertIn(roles.ACCOUNTANT, given)

	def test_a_report_s_own_roles_follow_an_upgrade_and_the_administrator_s_choice_stays(self):
		role = frappe.get_doc("Custom Role", {"report": "Trial Balance"})
		self.assertIn("Auditor", [row.role for row in role.roles])
		role.roles = [row for row in role.roles if row.role != "Auditor"]
		role.save()
		report = frappe.get_doc("Report", "Trial Balance")
		report.append("roles", {"role": "Sales User"})
		report.roles[-1].db_insert()
		roles.open_reports()
		found = {row.role for row in role.reload().roles}
		self.assertTrue({roles.ACCOUNTANT, "Sales User"} <= found)
		self.assertNotIn("Auditor", found)

	def test_the_copies_of_before_go_where_nobody_changed_them(self):
		for doctype in ("Customer", "Supplier"):
			self.copy(doctype)
		changed = {"parent": "Supplier", "role": "Purchase User"}
		frappe.db.set_value("Custom DocPerm", changed, "export", 1)
		give_rights_back.execute()
		self.assertFalse(frappe.db.exists("Custom DocPerm", {"parent": "Customer"}))
		self.assertTrue(frappe.db.exists("Custom DocPerm", {"parent": "Supplier"}))
		self.assertTrue(
			frappe.has_permission("Customer", "create", user=factory.make_user(roles.ACCOUNTANT).name)
		)

	def copy(self, doctype: str):
		"""As older releases left it."""
		from frappe.permissions import setup_custom_perms

		setup_custom_perms(doctype)
		frappe.clear_cache(doctype=doctype)
