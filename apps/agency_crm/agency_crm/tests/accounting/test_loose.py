"""Whose the money is that settles nothing, of a payer of two deals."""

import frappe
from frappe.utils import add_days, today

from agency_crm.accounting import invoices, marks
from agency_crm.services.commission import reconciliation
from agency_crm.tests.cases.money import MoneyTestCase, day, sign_deal


class TestWhoseMoney(MoneyTestCase):
	"""One buyer of two deals signed on one day, so that the second counts as the newest."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		buyer = frappe.db.get_value("Deal", cls.deal, "client")
		cls.second = sign_deal(cls.agents, client=buyer)
		marks.flush()
		cls.deals = (cls.deal, cls.second)
		cls.bills = [
			frappe.db.get_value("Deal Fee", {"deal": deal, "side": "Buyer"}, "sales_invoice")
			for deal in cls.deals
		]

	def assert_loose(self, *amounts: float):
		"""What is loose of the first deal, and of the second; and that nothing else is off."""
		rows = {row.deal: row for row in reconciliation.deal_rows(self.deals)}
		self.assertEqual([rows[deal].loose for deal in self.deals], [*amounts])
		self.assertEqual([rows[deal].unclassified for deal in self.deals], [0, 0])

	def pay_both(self, **fields):
		"""One receipt of 1,000 for the first deal and 2,000 for the second."""
		return self.pay_rows(3000, (self.bills[0], 1000), (self.bills[1], 2000), **fields)

	def amend(self, which: int) -> str:
		"""Cancel the invoice of one of the deals and submit its amendment; flushed."""
		old = frappe.get_doc("Sales Invoice", self.bills[which])
		self.cancel(old)
		new = frappe.copy_doc(old)
		new.update({"amended_from": old.name, "docstatus": 0, "set_posting_time": 1})
		new.due_date = add_days(today(), 1)
		new.insert()
		new.submit()
		marks.flush()
		return new.name

	def in_a_separate_account(self):
		frappe.db.set_value("Company", self.company, "book_advance_payments_in_separate_party_account", 1)
		frappe.clear_document_cache("Company", self.company)
		self.addCleanup(frappe.clear_document_cache, "Company", self.company)

	def test_what_fell_off_the_older_deals_invoice_is_that_deals(self):
		self.pay_both()
		self.amend(0)
		self.assert_loose(1000, 0)

	def test_what_fell_off_a_deals_invoice_is_not_the_named_deals(self):
		self.pay_both(deal=self.deal)
		self.amend(1)
		self.assert_loose(0, 2000)

	def test_likewise_of_advances_in_an_account_of_their_own(self):
		self.in_a_separate_account()
		self.pay_both(deal=self.deal)
		self.amend(1)
		self.assert_loose(0, 2000)

	def test_each_deals_refund_knows_it(self):
		self.pay_both()
		new = self.amend(1)
		self.assertEqual([invoices.refund_due(deal) for deal in self.deals], [0, 0])
		for deal, refund in zip(self.deals, (1000, 2000), strict=True):
			with self.subTest(deal):
				doc = frappe.get_doc("Deal", deal)
				self.assertEqual(invoices.credit_deal(doc, {"Buyer": 0, "Seller": 0}), refund)
		self.assertTrue(frappe.db.exists("Sales Invoice", {"return_against": new}))

	def test_what_is_left_of_it_after_a_part_was_settled_again(self):
		self.pay_both(deal=self.deal)
		new = self.amend(1)
		self.reconcile(new, 1500)
		self.assert_loose(0, 500)
		self.reconcile(self.bills[0], 400)
		self.assert_loose(0, 100)

	def test_an_over_payment_beside_two_deals_is_the_named_ones(self):
		self.pay_rows(3500, (self.bills[0], 1000), (self.bills[1], 2000), deal=self.deal)
		self.amend(1)
		self.assert_loose(500, 2000)

	def test_of_a_receipt_less_a_write_off_the_money_is_shared(self):
		off = {"account": self.accounts.write_off, "cost_center": self.store.cost_center, "amount": 300}
		self.pay_rows(2700, (self.bills[0], 1000), (self.bills[1], 2000), deductions=[off])
		self.amend(1)
		self.assert_loose(0, 1800)

	def test_a_journal_over_two_deals(self):
		bank, receivable = self.accounts.default_bank, self.accounts.receivable
		lines = ((receivable, -1000, self.bills[0]), (receivable, -2000, self.bills[1]))
		self.journal(day(3, 10), (bank, 3000, None), *lines)
		self.amend(0)
		self.assert_loose(1000, 0)
		self.amend(1)
		self.assert_loose(1000, 2000)

	def test_a_receipt_of_no_deal_is_the_deals_that_the_tool_settles_with_it(self):
		payment = self.advance(5000, day(3, 10))
		self.assert_loose(0, 5000)
		self.reconcile(self.bills[0], 3500)
		self.assert_loose(1500, 0)
		self.unreconcile(payment)
		self.assert_loose(5000, 0)
		self.assertEqual(invoices.refund_due(self.second), 0)

	def test_a_journal_of_no_deal_likewise(self):
		bank, receivable = self.accounts.default_bank, self.accounts.receivable
		payer = frappe.db.get_value("Sales Invoice", self.bills[0], "customer")
		self.journal(day(3, 10), (bank, 5000, None), (receivable, -5000, None, payer))
		self.assert_loose(0, 5000)
		self.reconcile(self.bills[0], 3500)
		self.assert_loose(1500, 0)
		self.amend(0)
		self.assert_loose(5000, 0)
