"""The reconciliation report: what it adds up, and that it hides nothing."""

from decimal import Decimal

import frappe
from frappe.desk.query_report import run

from agency_crm.accounting import marks
from agency_crm.agency_crm.report.commission_reconciliation.commission_reconciliation import execute
from agency_crm.domain.money import exact
from agency_crm.services.commission import reconciliation
from agency_crm.tests import factory
from agency_crm.tests.cases.money import MoneyTestCase, day, payment_of, sign_deal

REPORT = "Commission Reconciliation"
QUERIES = 22  # for any number of deals up to a lot


class TestCommissionReconciliation(MoneyTestCase):
	def rows(self, **filters) -> list:
		return execute({"company": self.company, **filters})[1]

	def row(self, **filters):
		return next((row for row in self.rows(**filters) if row.deal == self.deal), None)

	def unexplained(self):
		"""A journal against an account that is neither money nor a write-off."""
		account = self.accounts.income_service
		self.journal(
			day(3, 11), (account, 500, None), (self.accounts.receivable, -500, self.invoices["Buyer"])
		)

	def test_a_payment_of_an_invoice_and_a_credit_note_is_the_banks_line(self):
		"""As ERPNext's own "Get Outstanding Invoices" offers: 70,000.00 and -20,000.00, paid 50,000.00."""
		note = self.credit_note("Buyer", 20000, day(3, 9))
		payment = payment_of(self.invoices["Buyer"], 70000, day(3, 10))
		payment.append(
			"references",
			{
				"reference_doctype": "Sales Invoice",
				"reference_name": note.name,
				"total_amount": -20000,
				"outstanding_amount": -20000,
				"allocated_amount": -20000,
			},
		)
		payment.paid_amount = payment.received_amount = 50000
		payment.insert()
		payment.submit()
		marks.flush()
		row = self.row()
		self.assertEqual((row.received, row.unclassified, row.receivable_difference), (50000, 0, 0))

	def test_every_filter(self):
		self.pay("Buyer", 40000, day(3, 10))
		self.assertEqual(self.row()["received"], 40000)
		self.assertIsNotNone(self.row(store=self.store.name, from_date=day(3, 3), to_date=day(3, 3)))
		self.assertIsNone(self.row(from_date=day(3, 4)))
		self.assertIsNone(self.row(to_date=day(3, 2)))
		self.assertIsNone(self.row(store=factory.make_store().name))
		self.assertIsNone(self.row(only_differences=1))
		self.assertEqual([row.deal for row in self.rows(deal=self.deal) if row.deal], [self.deal])

	def test_a_difference_is_never_hidden(self):
		self.pay("Buyer", 40000, day(3, 10))
		self.unexplained()
		for filters in ({"from_date": day(3, 4)}, {"deal": "other"}, {"only_differences": 1}, {}):
			columns, rows, message, _chart, summary = execute({"company": self.company, **filters})
			self.assertEqual(rows[0].deal, self.deal)
			self.assertEqual((rows[0].unclassified, rows[0].receivable_difference), (500, 500))
			self.assertIn("1", message)
			self.assertEqual(summary[-1]["value"], 1)
			self.assertEqual(summary[-1]["indicator"], "Red")
		differences = [column["fieldname"] for column in columns if column.get("is_difference")]
		self.assertIn("receivable_difference", differences)

	def test_a_journal_to_a_payees_account_shows(self):
		self.pay("Buyer", 40000, day(3, 10))
		employee = frappe.db.get_value("Agent", self.agents["A"].name, "employee")
		journal = frappe.new_doc("Journal Entry")
		journal.update({"company": self.company, "posting_date": day(3, 12), "voucher_type": "Journal Entry"})
		party = {"party_type": "Employee", "party": employee}
		account = self.accounts.payable_employees
		journal.append("accounts", {"account": account, "debit_in_account_currency": 1, **party})
		journal.append("accounts", {"account": self.accounts.default_bank, "credit_in_account_currency": 1})
		journal.insert()
		journal.submit()
		off = [row for row in self.rows(deal="other") if row.party == employee]
		self.assertEqual([row.payee_difference for row in off], [Decimal("1.00")])

	def test_rounding_that_was_changed_is_told(self):
		setting = ("System Settings", "rounding_method")
		frappe.db.set_single_value(*setting, "Banker's Rounding")
		self.addCleanup(frappe.db.set_single_value, *setting, "Commercial Rounding")  # it stays cached
		self.assertIn("Commercial Rounding", execute({"company": self.company})[2])

	def test_a_precision_that_was_changed_is_told(self):
		self.assertNotIn("Currency Precision", execute({"company": self.company})[2] or "")
		self.addCleanup(frappe.cache.hdel, "defaults", "__default")  # a rollback leaves it cached
		frappe.db.set_default("currency_precision", 3)
		self.assertIn("Currency Precision", execute({"company": self.company})[2])

	def test_the_desk_adds_the_totals_up(self):
		accountant = factory.make_user("Agency Accountant").name
		with self.set_user(accountant):
			shown = run(REPORT, {"company": self.company, "deal": self.deal})
		self.assertTrue(shown["add_total_row"])
		self.assertEqual(shown["result"][0]["invoiced"], 105000)

	def test_who_sees_what(self):
		self.pay("Buyer", 40000, day(3, 10))
		stranger = factory.make_user("Agency Store Manager").name
		factory.make_store(manager=stranger)
		with self.set_user(stranger):
			self.assertIsNone(self.row())
			self.assertFalse([row for row in self.rows() if row.party])
		manager = factory.make_user("Agency Store Manager").name
		frappe.db.set_value("Store", self.store.name, "manager", manager)
		frappe.clear_cache()
		with self.set_user(manager):
			self.assertEqual(self.row()["received"], 40000)
		with self.set_user(self.agents["A"].user), self.assertRaises(frappe.PermissionError):
			run(REPORT, {"company": self.company})

	def test_a_manager_learns_nothing_of_splits_they_dont_see(self):
		"""B's store is another's: less B's own amounts the whole would be A's."""
		self.pay("Buyer", 40000, day(3, 10))
		manager = factory.make_user("Agency Store Manager").name
		store = factory.make_store(manager=manager).name
		mine = frappe.db.get_value("Deal Split", {"deal": self.deal, "agent": self.agents["B"].name})
		frappe.db.set_value("Deal Split", mine, "store", store)
		frappe.clear_cache()
		whole = self.row()
		with self.set_user(manager):
			row = self.row()
			summary = execute({"company": self.company, "deal": self.deal})[4]
		accrued, paid = map(exact, frappe.db.get_value("Deal Split", mine, ["accrued", "paid"]))
		self.assertEqual((row["accrued"], row["payable"]), (accrued, accrued - paid))
		self.assertLess(row["accrued"], whole["accrued"])
		self.assertIn(accrued, [figure["value"] for figure in summary])
		for difference in ("accrual_difference", "ledger_difference", "payable_difference"):
			self.assertEqual((whole[difference], row[difference]), (0, None))

	def test_the_number_of_queries_does_not_grow_with_the_deals(self):
		deals = [self.deal, sign_deal(self.agents), sign_deal(self.agents)]
		reconciliation.deal_rows(deals)  # settings and meta are cached from here on
		with self.assertQueryCount(QUERIES):
			self.assertEqual(len(reconciliation.deal_rows(deals)), 3)
