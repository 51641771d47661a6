"""Marked deals are compared once before the commit, and what fails never refuses a voucher."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, today

from agency_crm.accounting import accruals, ledger, marks
from agency_crm.tests import factory
from agency_crm.tests.cases.money import MoneyTestCase, day, money, payment_of


class TestFlush(MoneyTestCase):
	def accruals(self, **filters) -> list[str]:
		return frappe.get_all("Commission Accrual", {"deal": self.deal, **filters}, pluck="name")

	def break_accounts(self):
		"""Agency Settings without the account that commission is paid from."""
		doc = frappe.get_doc("Agency Settings")
		row = next(row for row in doc.companies if row.company == self.company)
		frappe.db.set_value(row.doctype, row.name, "commission_cost", None)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		return row

	def mend_accounts(self, row):
		frappe.db.set_value(row.doctype, row.name, "commission_cost", row.commission_cost)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")

	def test_the_commit_flushes(self):
		"""As the database runs it, without the commit itself."""
		frappe.db.before_commit.reset()
		payment = payment_of(self.invoices["Buyer"], 40000, day(3, 10))
		payment.insert()
		payment.submit()
		self.assertFalse(self.accruals())
		frappe.db.before_commit.run()
		self.assertEqual(len(self.accruals()), 1)
		self.assert_reconciled(received="40000", accrued="17169.84")

	def test_two_flushes_post_once(self):
		self.pay("Buyer", 40000, day(3, 10))
		marks.mark_voucher(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		marks.flush()
		marks.flush()
		accruals.compare(self.deal)
		self.assertEqual(len(self.accruals()), 1)

	def test_a_comparison_sums_the_ledger_once(self):
		payment = payment_of(self.invoices["Buyer"], 40000, day(3, 10))
		payment.insert()
		payment.submit()
		with patch.object(ledger, "by_side", wraps=ledger.by_side) as summed:
			marks.flush()
		summed.assert_called_once()
		self.assert_reconciled(received="40000", accrued="17169.84")

	def test_a_rollback_forgets_the_marks(self):
		marks.mark_voucher(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		frappe.db.after_rollback.run()
		self.assertFalse(frappe.flags.agency_marks)

	def test_what_fails_is_held_and_told_and_the_voucher_stands(self):
		accountant = factory.make_user("Agency Accountant").name
		self.let_speak(accountant, "zh")
		row = self.break_accounts()
		payment = self.pay("Buyer", 40000, day(3, 10))
		self.assertEqual(payment.docstatus, 1)
		held = frappe.get_doc("Commission Accrual", self.accruals(status="Held")[0])
		account, say = "Commission Cost", frappe._
		missing = say(account, frappe.get_system_settings("language"), "Agency Company Settings")
		self.assertIn(missing, held.held_reason)
		told = {"for_user": accountant, "document_name": held.name}
		said = say("The commission of deal {0} is held: {1}", "zh").split("{0}")[0]
		self.assertTrue(frappe.db.get_value("Notification Log", told, "subject").startswith(said))
		self.assertNotIn(missing, str(frappe.local.message_log))
		self.pay("Seller", 35000, day(3, 25))
		self.assertEqual(len(self.accruals(status="Held")), 1)
		self.mend_accounts(row)
		self.assertEqual(accruals.compare_lot([self.deal]), [self.deal])
		self.assertEqual(accruals.compare_lot([self.deal]), [])
		self.assertFalse(self.accruals(status="Held"))
		self.assert_last_accrual("32193.42", day(3, 25), A="8490.57", B="2830.20", C="19457.56", E="1415.09")
		self.assert_reconciled(accrued="32193.42")

	def test_a_closed_day_goes_to_the_next_open_one(self):
		doc = frappe.get_doc("Agency Settings")
		row = next(row for row in doc.companies if row.company == self.company)
		self.pay("Buyer", 40000, day(3, 10))
		frappe.db.set_value(row.doctype, row.name, "frozen_upto", day(3, 31))
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		self.pay("Seller", 35000, day(3, 25))
		accrual = self.assert_last_accrual(
			"15023.58", day(4, 1), A="3962.26", B="1320.76", C="9080.19", E="660.37"
		)
		self.assertEqual(accrual.origin_date, day(3, 25))
		self.assert_reconciled(accrued="32193.42")

	def test_a_closed_accounting_period_too(self):
		period = frappe.new_doc("Accounting Period")
		period.update({"period_name": frappe.generate_hash(length=8), "company": self.company})
		period.update({"start_date": day(3, 1), "end_date": day(3, 31)})
		period.append("closed_documents", {"document_type": "Journal Entry", "closed": 1})
		period.insert()
		self.pay("Buyer", 40000, day(3, 10))
		accrual = self.last_accrual()
		self.assertEqual((accrual.posting_date, accrual.origin_date), (day(4, 1), day(3, 10)))
		self.assert_reconciled(accrued="17169.84")

	def test_an_accruals_journal_cancelled_by_hand_is_posted_again(self):
		self.pay("Buyer", 40000, day(3, 10))
		self.cancel(frappe.get_doc("Journal Entry", self.last_accrual().journal_entry))
		self.assertEqual(len(self.accruals(status="Cancelled")), 1)
		self.assertEqual(len(self.accruals(status="Posted")), 1)
		self.assert_reconciled(accrued="17169.84")

	def test_a_cashier_records_a_part_payment(self):
		cashier = factory.make_user("Agency Cashier").name
		with self.set_user(cashier):
			payment = payment_of(self.invoices["Buyer"], 40000, day(3, 10))
			payment.insert()
			payment.submit()
			with self.assertRaises(frappe.PermissionError):
				frappe.get_doc("Sales Invoice", self.invoices["Buyer"]).cancel()
			marks.flush()
		self.assertEqual(payment.owner, cashier)
		self.assert_reconciled(received="40000", accrued="17169.84")

	def test_the_nightly_comparison_mends_a_stored_figure(self):
		self.pay("Buyer", 40000, day(3, 10))
		frappe.db.set_value("Deal Split", {"deal": self.deal, "sequence": 1}, "accrued", 1)
		self.assertEqual(accruals.compare_lot([self.deal]), [self.deal])
		self.assert_reconciled(accrued="17169.84")
		self.assertEqual(len(self.accruals()), 1)
		self.assertEqual(money(frappe.db.get_value("Deal", self.deal, "received")), 40000)


class TestOtherInvoices(MoneyTestCase):
	"""Money that ERPNext's own tools move between invoices moves only what it should."""

	def assert_advance_counts_when_allocated(self):
		advance = self.advance(40000, day(3, 10))
		self.assert_reconciled(received="0", accrued="0")
		self.reconcile(self.invoices["Buyer"], 30000)
		self.assert_reconciled(received="30000", realised="28301.89")
		self.pay("Seller", 35000, day(3, 25))
		before = len(frappe.get_all("Commission Accrual", {"deal": self.deal}))
		self.reconcile(self.invoices["Buyer"], 10000)
		self.assert_reconciled(received="75000", accrued="32193.42")
		self.assertEqual(len(frappe.get_all("Commission Accrual", {"deal": self.deal})), before + 1)
		self.unreconcile(advance)
		self.assert_reconciled(received="35000", realised="33018.87")

	def test_advance_in_the_receivable_account(self):
		self.assert_advance_counts_when_allocated()

	def test_advance_in_a_separate_account(self):
		frappe.db.set_value("Company", self.company, "book_advance_payments_in_separate_party_account", 1)
		frappe.clear_document_cache("Company", self.company)
		self.addCleanup(frappe.clear_document_cache, "Company", self.company)
		self.assert_advance_counts_when_allocated()

	def test_a_payment_moved_to_an_invoice_outside_any_deal(self):
		payment = self.pay("Buyer", 40000, day(3, 10))
		other = frappe.copy_doc(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		other.update({"deal": None, "deal_fee": None, "set_posting_time": 1, "posting_date": day(3, 3)})
		other.due_date = add_days(today(), 1)
		other.docstatus = 0  # in a test Frappe copies it
		other.insert()
		other.submit()
		marks.flush()
		self.assert_reconciled(invoiced="105000", received="40000")
		self.unreconcile(payment)
		self.assert_reconciled(received="0", accrued="0")
		self.reconcile(other.name, 40000)
		self.assert_reconciled(received="0", accrued="0", receivable="105000")

	def test_a_credit_note_reconciled_with_its_invoice_moves_nothing(self):
		self.pay("Seller", 35000, day(3, 25))
		self.credit_note("Buyer", 20000, day(5, 20))
		figures = {"credited": "20000", "received": "35000", "receivable": "50000", "written_off": "0"}
		self.assert_reconciled(**figures)
		before = self.last_accrual().name
		self.reconcile(self.invoices["Buyer"], 20000)
		self.assert_reconciled(**figures)
		self.assertEqual(self.last_accrual().name, before)
