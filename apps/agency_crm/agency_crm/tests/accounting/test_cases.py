"""The worked examples on a real site, the reconciliation read at each moment.

Figures: docs/rules/commission.md, "Worked examples".
"""

from decimal import Decimal

import frappe

from agency_crm.accounting import marks
from agency_crm.tests.cases.money import MoneyTestCase, day, money


class TestCase1(MoneyTestCase):
	def test_signing_bills_each_side_and_accrues_nothing(self):
		for side, gross, net, vat in (
			("Buyer", 70000, "66037.74", "3962.26"),
			("Seller", 35000, "33018.87", "1981.13"),
		):
			invoice = frappe.get_doc("Sales Invoice", self.invoices[side])
			self.assertEqual(invoice.posting_date, day(3, 3))
			self.assertEqual(money(invoice.grand_total), gross)
			self.assertEqual(money(invoice.net_total), Decimal(net))
			self.assertEqual(money(invoice.total_taxes_and_charges), Decimal(vat))
		parts = frappe.get_all("Deal Split", {"deal": self.deal}, order_by="sequence", pluck="performance")
		self.assertEqual(
			[str(money(part)) for part in parts],
			"9905.66 14858.49 4952.83 4952.83 4952.83 9905.66 14858.49 29716.99 4952.83".split(),
		)
		self.assertFalse(frappe.db.exists("Commission Accrual", {"deal": self.deal}))
		self.assert_reconciled(invoiced="105000", base="99056.61", receivable="105000", accrued="0")


class TestCase2(MoneyTestCase):
	def test_three_receipts_and_the_last_one_cancelled(self):
		self.pay("Buyer", 40000, day(3, 10))
		accrual = self.assert_last_accrual(
			"17169.84", day(3, 10), A="4528.31", B="1509.44", C="10377.37", E="754.72"
		)
		self.assertEqual(
			[str(money(row.performance)) for row in accrual.rows],
			"3773.59 5660.38 1886.79 1886.79 1886.79 3773.59 5660.38 11320.75 1886.79".split(),
		)
		self.assertEqual(
			[str(money(row.amount)) for row in accrual.rows],
			"1509.44 2264.15 754.72 754.72 754.72 1886.80 2830.19 5660.38 754.72".split(),
		)
		self.assert_reconciled(received="40000", realised="37735.85", accrued="17169.84")
		self.pay("Seller", 35000, day(3, 25))
		self.assert_last_accrual("15023.58", day(3, 25), A="3962.26", B="1320.76", C="9080.19", E="660.37")
		self.assert_reconciled(received="75000", realised="70754.72", receivable="30000")
		last = self.pay("Buyer", 30000, day(4, 8))
		self.assert_last_accrual("12877.34", day(4, 8), A="3396.22", B="1132.06", C="7783.02", E="566.04")
		self.assert_reconciled(received="105000", realised="99056.61", accrued="45070.76", receivable="0")
		stored = frappe.get_all("Deal Split", {"deal": self.deal}, pluck="accrued")
		self.assertEqual(sum(money(amount) for amount in stored), Decimal("45070.76"))
		self.cancel(last)
		self.assert_last_accrual(
			"-12877.34", day(4, 8), A="-3396.22", B="-1132.06", C="-7783.02", E="-566.04"
		)
		self.assert_reconciled(received="75000", realised="70754.72", accrued="32193.42")

	def test_a_bank_charge_is_received(self):
		self.pay("Buyer", 40000, day(3, 10))
		self.pay("Seller", 35000, day(3, 25))
		self.pay(
			"Buyer",
			30000,
			day(4, 8),
			paid_amount=29820,
			received_amount=29820,
			deductions=[
				{
					"account": self.accounts.bank_charges,
					"cost_center": self.store.cost_center,
					"amount": 180,
				}
			],
		)
		self.assert_last_accrual("12877.34", day(4, 8), A="3396.22", B="1132.06", C="7783.02", E="566.04")
		self.assert_reconciled(received="105000", written_off="0")

	def test_a_write_off_deducted_from_a_payment_is_not_received(self):
		self.pay(
			"Buyer",
			70000,
			day(3, 10),
			paid_amount=69000,
			received_amount=69000,
			deductions=[
				{"account": self.accounts.write_off, "cost_center": self.store.cost_center, "amount": 1000}
			],
		)
		self.assert_reconciled(received="69000", written_off="1000", receivable="35000")

	def test_money_from_the_clients_deposit_is_received(self):
		bank, deposits = self.accounts.default_bank, self.accounts.deposits
		customer = frappe.db.get_value("Sales Invoice", self.invoices["Buyer"], "customer")
		journal = frappe.new_doc("Journal Entry")
		journal.update({"company": self.company, "posting_date": day(3, 5), "voucher_type": "Journal Entry"})
		journal.append("accounts", {"account": bank, "debit_in_account_currency": 30000})
		party = {"party_type": "Customer", "party": customer}
		journal.append("accounts", {"account": deposits, "credit_in_account_currency": 30000, **party})
		journal.insert()
		journal.submit()
		marks.flush()
		self.assert_reconciled(received="0")
		applied = frappe.new_doc("Journal Entry")
		applied.update({"company": self.company, "posting_date": day(3, 6), "voucher_type": "Journal Entry"})
		applied.append("accounts", {"account": deposits, "debit_in_account_currency": 10000, **party})
		applied.append(
			"accounts",
			{
				"account": self.accounts.receivable,
				"credit_in_account_currency": 10000,
				"reference_type": "Sales Invoice",
				"reference_name": self.invoices["Buyer"],
				**party,
			},
		)
		applied.insert()
		applied.submit()
		marks.flush()
		self.assert_reconciled(received="10000", realised="9433.96")


class TestCase3Refund(MoneyTestCase):
	def test_refund_after_the_payout_takes_back_at_the_old_rates(self):
		self.pay("Buyer", 70000, day(3, 10))
		self.pay("Seller", 35000, day(3, 25))
		note = self.credit_note("Buyer", 20000, day(5, 20))
		self.assertEqual(money(note.net_total), Decimal("-18867.92"))
		self.assert_last_accrual("-8584.89", day(5, 20), A="-2264.14", B="-754.71", C="-5188.68", E="-377.36")
		self.assert_reconciled(credited="20000", received="105000", receivable="-20000")
		self.pay_invoice(note.name, -20000, day(5, 20))
		self.assertEqual(money(self.last_accrual().total), Decimal("-8584.89"))
		self.assert_reconciled(
			invoiced="105000", credited="20000", received="85000", receivable="0", accrued="36485.87"
		)


class TestCase6(MoneyTestCase):
	def test_write_off_accrues_nothing_and_recovery_does(self):
		self.pay("Buyer", 70000, day(3, 10))
		self.pay("Seller", 5000, day(3, 25))
		receivable, seller = self.accounts.receivable, self.invoices["Seller"]
		lost, bank = self.accounts.write_off, self.accounts.default_bank
		self.journal(day(6, 1), (lost, 30000, None), (receivable, -30000, seller))
		self.assert_reconciled(
			received="75000",
			written_off="30000",
			receivable="0",
			realised="70754.72",
			accrued="32193.42",
		)
		self.journal(day(7, 1), (receivable, 12000, seller), (lost, -12000, None))
		self.assert_reconciled(written_off="18000", receivable="12000", accrued="32193.42")
		self.journal(day(7, 1), (bank, 12000, None), (receivable, -12000, seller))
		self.assert_last_accrual("5150.93", day(7, 1), A="1358.49", B="452.82", C="3113.20", E="226.42")
		self.assert_reconciled(received="87000", written_off="18000", realised="82075.48", receivable="0")
