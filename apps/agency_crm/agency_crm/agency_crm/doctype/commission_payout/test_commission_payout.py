"""The payout of March: gross, tax, deductions, a second person, and the way back.

Figures: docs/rules/commission.md, "Case 3, payout and refund".
"""

from decimal import Decimal

import frappe

from agency_crm.accounting import marks
from agency_crm.tests import factory
from agency_crm.tests.cases.money import day, money
from agency_crm.tests.cases.payouts import PayoutCase


class TestPayout(PayoutCase):
	def test_march(self):
		payout = self.prepare(
			A={"tax_withheld": 210, "advance_recovered": 1000},
			B={"other_deduction": 50, "deduction_reason": "工装"},
		)
		self.assert_row(payout, "A", gross="8490.57", net="7280.57")
		self.assert_row(payout, "B", gross="2830.20", net="2780.20")
		self.assert_row(payout, "C", gross="19457.56", tax_withheld="3113.21", net="16344.35")
		self.assert_row(payout, "E", gross="1415.09", net="1415.09")
		self.approve(payout)
		self.assertEqual((payout.status, payout.approved_by), ("Paid", self.second))
		journal = frappe.get_doc("Journal Entry", payout.journal_entry)
		self.assertEqual((journal.docstatus, journal.posting_date), (1, day(3, 31)))
		totals = {}
		for line in journal.accounts:
			totals[line.account] = totals.get(line.account, 0) + line.debit - line.credit
		accounts = self.accounts
		self.assertEqual(
			{account: money(amount) for account, amount in totals.items()},
			{
				accounts.payable_employees: Decimal("32193.42"),
				accounts.default_bank: Decimal("-27820.21"),
				accounts.tax_withheld: Decimal("-3323.21"),
				accounts.advances: Decimal("-1000"),
				accounts.other_deductions: Decimal("-50"),
			},
		)
		self.assert_reconciled(accrued="32193.42", paid="32193.42", payable="0")
		self.assertEqual(self.accrued(), dict.fromkeys("ABCE", 0))

	def test_nobody_both_prepares_and_approves(self):
		payout = self.prepare()
		with self.assertRaises(frappe.PermissionError):
			self.approve(payout, self.accountant)
		with self.set_user(self.second):
			changed = frappe.get_doc("Commission Payout", payout.name)
			self.row(changed, "A").tax_withheld = 10
			changed.save()
		with self.assertRaises(frappe.PermissionError):
			self.approve(payout)
		third = factory.make_user("Agency Accountant").name
		with self.set_user(third), self.assertRaises(frappe.ValidationError):
			sly = frappe.get_doc("Commission Payout", payout.name)
			self.row(sly, "A").tax_withheld = 0
			sly.submit()
		self.approve(payout, third)
		self.assertEqual(payout.docstatus, 1)

	def test_an_office_of_one_may_switch_it_off(self):
		payout = self.prepare()
		setting = ("Agency Settings", "same_person_may_approve")
		frappe.db.set_single_value(*setting, 1)
		self.addCleanup(frappe.db.set_single_value, *setting, 0)  # a rollback leaves the value cached
		self.approve(payout, self.accountant)
		self.assertEqual(payout.status, "Paid")

	def test_cancelling_takes_it_back(self):
		payout = self.approve(self.prepare())
		accrual = frappe.get_doc("Journal Entry", self.last_accrual().journal_entry)
		frappe.db.savepoint("paid")
		with self.assertRaises(frappe.ValidationError):
			accrual.cancel()
		frappe.db.rollback(save_point="paid")
		with self.set_user(self.second):
			frappe.get_doc("Commission Payout", payout.name).cancel()
		marks.flush()
		payout.reload()
		self.assertEqual(payout.status, "Cancelled")
		self.assertEqual(frappe.db.get_value("Journal Entry", payout.journal_entry, "docstatus"), 2)
		self.assert_reconciled(accrued="32193.42", paid="0", payable="32193.42")
		self.assertEqual(len(self.prepare().rows), 4)

	def test_an_unconfirmed_row_accrues_and_is_not_paid(self):
		frappe.db.set_value("Deal Split", {"deal": self.deal, "role": "Finance"}, "confirmed_on", None)
		payout = self.approve(self.prepare())
		self.assertNotIn(self.employees["E"], [row.party for row in payout.rows])
		self.assertEqual([row.agent for row in payout.left_out], [self.agents["E"].name])
		self.assert_reconciled(accrued="32193.42", paid="30778.33", payable="1415.09")

	def test_what_changed_since_is_not_paid(self):
		payout = self.prepare(day(4, 30))
		self.pay("Buyer", 30000, day(4, 8))
		with self.assertRaisesRegex(frappe.ValidationError, "changed"):
			self.approve(payout)

	def test_deductions_need_a_reason_and_a_gross(self):
		with self.assertRaises(frappe.MandatoryError):
			self.prepare(A={"other_deduction": 5})
		with self.assertRaises(frappe.ValidationError):
			self.prepare(A={"advance_recovered": 8490.58})

	def test_a_balance_below_zero_is_carried(self):
		self.approve(self.prepare())
		self.pay("Buyer", 30000, day(4, 8))
		self.approve(self.prepare(day(4, 30)))
		note = self.credit_note("Buyer", 20000, day(5, 20))
		self.pay_invoice(note.name, -20000, day(5, 20))
		self.assert_reconciled(accrued="36485.87", paid="45070.76", payable="-8584.89", receivable="0")
		payout = self.prepare(day(5, 31))
		self.assert_row(payout, "C", gross="-5188.68", net="0", carried_forward="-5188.68", tax_withheld="0")
		self.assertEqual(money(payout.total_net), 0)
		with self.assertRaisesRegex(frappe.ValidationError, "nothing to pay"):
			self.approve(payout)
