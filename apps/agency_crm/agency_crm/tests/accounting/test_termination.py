"""A deal ended after signing: credit notes down to what is kept, the refund, accruals back to the fen."""

import frappe

from agency_crm.accounting import marks
from agency_crm.services.deals import terminations
from agency_crm.tests.cases.money import MoneyTestCase, day, money


class TestTermination(MoneyTestCase):
	def terminate(self, kept_buyer: float, kept_seller: float):
		"""The termination as its second approval carries it out."""
		termination = frappe.new_doc("Deal Termination")
		termination.update({"deal": self.deal, "broken_by": "Buyer", "broken_on": day(5, 20)})
		termination.update({"kept_buyer": kept_buyer, "kept_seller": kept_seller, "reason": "贷款未批"})
		termination.insert()
		terminations.execute(termination, frappe.get_doc("Deal", self.deal))
		marks.flush()
		termination.reload()
		return termination

	def notes(self) -> list:
		found = {"deal": self.deal, "is_return": 1, "docstatus": 1}
		return frappe.get_all("Sales Invoice", found, ["name", "grand_total", "outstanding_amount"])

	def note_of(self, side: str) -> str:
		return frappe.db.get_value(
			"Sales Invoice", {"return_against": self.invoices[side], "docstatus": 1}, "name"
		)

	def test_part_of_the_fee_is_kept(self):
		self.pay("Buyer", 70000, day(3, 10))
		self.pay("Seller", 5000, day(3, 25))
		termination = self.terminate(20000, 0)
		self.assertEqual(frappe.db.get_value("Deal", self.deal, "phase"), "Dead")
		self.assertEqual({money(note.grand_total) for note in self.notes()}, {-50000, -35000})
		self.assertEqual(money(termination.refund_to_pay), 55000)
		figures = {"credited": "85000", "base": "18867.93", "realised": "18867.93", "accrued": "8584.93"}
		self.assert_reconciled(received="75000", receivable="-55000", **figures)
		self.assertEqual(money(self.last_accrual().total), money("-23608.49"))
		self.pay_invoice(self.note_of("Buyer"), -50000, day(5, 25))
		self.assert_reconciled(received="25000", receivable="-5000", **figures)

	def test_nothing_is_kept(self):
		self.pay("Buyer", 40000, day(3, 10))
		termination = self.terminate(0, 0)
		self.assertEqual(money(termination.refund_to_pay), 40000)
		self.assert_reconciled(credited="105000", base="0", realised="0", accrued="0")
		self.assert_last_accrual(
			"-17169.84",
			self.last_accrual().posting_date,
			A="-4528.31",
			B="-1509.44",
			C="-10377.37",
			E="-754.72",
		)
		self.assertEqual(set(self.accrued().values()), {0})

	def test_only_what_was_paid_is_left_to_refund(self):
		"""40,000 of 70,000 are in: the note of 50,000 closes the 30,000 still open, 20,000 go back."""
		self.pay("Buyer", 40000, day(3, 10))
		termination = self.terminate(20000, 0)
		self.assertEqual(money(termination.refund_to_pay), 20000)
		outstanding = frappe.db.get_value("Sales Invoice", self.invoices["Buyer"], "outstanding_amount")
		self.assertEqual(money(outstanding), 0)
		self.assertEqual(min(money(note.outstanding_amount) for note in self.notes()), -20000)
		self.assert_reconciled(received="40000", credited="85000", receivable="-20000")
		self.pay_invoice(self.note_of("Buyer"), -20000, day(5, 25))
		self.assert_reconciled(received="20000", receivable="0")

	def test_nothing_was_paid(self):
		termination = self.terminate(0, 0)
		self.assertEqual(money(termination.refund_to_pay), 0)
		self.assertFalse(frappe.db.exists("Commission Accrual", {"deal": self.deal}))
		self.assert_reconciled(credited="105000", receivable="0", accrued="0")
