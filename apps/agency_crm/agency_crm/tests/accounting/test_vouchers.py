"""What odd vouchers come to: refunds above receipts, loose money, invoices by hand, months, parts of one receipt."""

from decimal import Decimal

import frappe
from frappe.utils import add_days, today

from agency_crm.accounting import accruals, invoices, ledger, marks
from agency_crm.accounting.standing import HELD, POSTED, held_deals, standings
from agency_crm.patches.v1_0 import link_fees_to_invoices
from agency_crm.services.commission import reconciliation
from agency_crm.tests import factory
from agency_crm.tests.cases.money import MoneyTestCase, day, money, payment_of, sign_deal


class TestVouchers(MoneyTestCase):
	def row(self) -> frappe._dict:
		return reconciliation.deal_rows([self.deal])[0]

	def accrued_on(self) -> list[tuple]:
		"""(day, total, day of origin) of the deal's posted accruals, as posted."""
		rows = frappe.get_all(
			"Commission Accrual",
			{"deal": self.deal, "status": POSTED},
			["posting_date", "total", "origin_date"],
			order_by="creation",
		)
		return [(row.posting_date, money(row.total), row.origin_date) for row in rows]

	def assert_accrued_on(self, *expected: tuple):
		"""Each (day, total), posted on the day it originates."""
		self.assertEqual(self.accrued_on(), [(on, Decimal(total), on) for on, total in expected])

	def payer(self, side: str = "Buyer") -> str:
		return frappe.db.get_value("Sales Invoice", self.invoices[side], "customer")

	def amended(self, name: str, **fields):
		"""A cancelled invoice's amendment, as the form's button makes it; unsaved."""
		doc = frappe.copy_doc(frappe.get_doc("Sales Invoice", name))
		doc.update({"amended_from": name, "docstatus": 0, "set_posting_time": 1, **fields})
		doc.due_date = add_days(today(), 1)
		return doc

	def test_a_refund_above_what_came_in_takes_the_accruals_to_nothing(self):
		self.pay("Buyer", 40000, day(3, 10))
		frappe.db.set_value("Deal Split", {"deal": self.deal}, "confirmed_on", day(3, 10))
		bank, receivable = self.accounts.default_bank, self.accounts.receivable
		self.journal(day(3, 12), (receivable, 50000, self.invoices["Buyer"]), (bank, -50000, None))
		self.assert_reconciled(received="-10000", accrued="0")
		self.assertEqual(set(self.accrued().values()), {0})
		self.assert_accrued_on((day(3, 10), "17169.84"), (day(3, 12), "-17169.84"))
		held = frappe.get_doc("Commission Accrual", {"deal": self.deal, "status": HELD})
		self.assertEqual(money(held.total), Decimal("-4292.47"))  # as 10,000.00 received would bring
		self.assertIn(self.deal, held_deals(self.company))  # which a payout leaves out
		self.pay("Buyer", 50000, day(4, 8))
		self.assert_reconciled(received="40000", accrued="17169.84")
		self.assertFalse(frappe.db.exists("Commission Accrual", {"deal": self.deal, "status": HELD}))
		self.assertNotIn(self.deal, held_deals(self.company))

	def assert_loose(self, amount: str, **figures: str):
		self.assertEqual(self.row().loose, Decimal(amount))
		self.assert_reconciled(**figures)

	def assert_figures(self, **figures: str):
		"""The deal's figures in the reconciliation, where something is unclassified; nothing is left to accrue."""
		row = self.row()
		self.assertEqual({field: str(row[field]) for field in figures}, figures)
		self.assertFalse(standings([self.deal])[self.deal].is_off)

	def test_a_paid_invoice_cancelled_and_amended(self):
		self.pay("Buyer", 70000, day(3, 10))
		old = frappe.get_doc("Sales Invoice", self.invoices["Buyer"])
		self.cancel(old)
		self.assertEqual((self.row().unbilled, reconciliation.is_open(self.row())), (70000, True))
		fee = frappe.get_doc("Deal Fee", old.deal_fee)
		self.assertEqual((fee.sales_invoice, fee.invoiced), (None, 0))
		new = self.amended(old.name, deal_fee=None)
		new.insert()
		new.submit()
		marks.flush()
		fee.reload()
		self.assertEqual((new.deal_fee, fee.sales_invoice, fee.invoiced), (fee.name, new.name, 70000))
		self.assertEqual(self.row().unbilled, 0)
		self.assert_loose("70000", invoiced="105000", received="0", accrued="0")
		self.assertEqual(invoices.refund_due(self.deal), 0)  # it is still billed
		new.reload()
		self.cancel(new)
		self.assertEqual(invoices.refund_due(self.deal), 70000)

	def test_money_that_settles_nothing(self):
		self.advance(40000, day(3, 10))
		self.assert_loose("40000", received="0")
		overpaid = payment_of(
			self.invoices["Buyer"], 70000, day(3, 11), paid_amount=80000, received_amount=80000
		)
		overpaid.insert()
		overpaid.submit()
		marks.flush()
		self.assert_loose("50000", received="70000")
		self.unreconcile(overpaid)
		self.assert_loose("120000", received="0", accrued="0")
		self.advance(-30000, day(3, 12))
		self.assert_loose("90000")

	def test_a_refund_whose_credit_note_was_cancelled(self):
		self.pay("Buyer", 70000, day(3, 10))
		note = self.credit_note("Buyer", 20000, day(5, 20))
		self.pay_invoice(note.name, -20000, day(5, 20))
		self.assert_loose("0", received="50000")
		self.cancel(note)
		self.assert_loose("-20000", received="70000")
		self.assertTrue(reconciliation.is_open(self.row()))

	def test_the_deal_that_a_voucher_names_has_it(self):
		"""Not the payer's newest deal, and of a journal the line's."""
		other = self.same_buyers_deal()
		self.advance(1000, day(3, 20))
		rows = {row.deal: row.loose for row in reconciliation.deal_rows([self.deal, other])}
		self.assertEqual(rows, {self.deal: 0, other: 1000})
		self.advance(20, day(3, 20), deal=self.deal)
		journal = frappe.new_doc("Journal Entry")
		journal.update({"company": self.company, "posting_date": day(3, 21), "voucher_type": "Journal Entry"})
		journal.append("accounts", {"account": self.accounts.default_bank, "debit_in_account_currency": 3})
		party = {"party_type": "Customer", "party": self.payer(), "deal": self.deal}
		journal.append(
			"accounts", {"account": self.accounts.receivable, "credit_in_account_currency": 3, **party}
		)
		journal.insert()
		journal.submit()
		rows = {row.deal: row.loose for row in reconciliation.deal_rows([self.deal, other])}
		self.assertEqual(rows, {self.deal: 23, other: 1000})

	def same_buyers_deal(self) -> str:
		"""A second deal whose buyer's fee the first deal's buyer pays."""
		other = sign_deal(self.agents)
		fee = frappe.db.get_value("Deal Fee", {"deal": other, "side": "Buyer"})
		payer = frappe.db.get_value("Deal Fee", {"deal": self.deal, "side": "Buyer"}, "payer")
		frappe.db.set_value("Deal Fee", fee, "payer", payer)
		return other

	def by_hand(self, **fields):
		doc = frappe.copy_doc(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		doc.update({"docstatus": 0, "set_posting_time": 1, "due_date": add_days(today(), 1), **fields})
		return doc

	def fee(self, deal: str | None = None) -> str:
		return frappe.db.get_value("Deal Fee", {"deal": deal or self.deal, "side": "Buyer"})

	def test_deal_and_fee_agree_and_a_fee_is_billed_once(self):
		other = sign_deal(self.agents)
		for fields, said in (
			({"deal_fee": None}, "Choose its fee"),
			({"deal_fee": self.fee(other)}, "is of the deal"),
			({"deal": None}, "already billed"),
			({}, "already billed"),
			({"deal": factory.make_deal().name, "deal_fee": None}, "not signed"),
		):
			with self.subTest(fields), self.assertRaisesRegex(frappe.ValidationError, said):
				self.by_hand(**fields).insert().submit()

	def in_full(self):
		"""The buyer's invoice credited in full, and their fee billed anew by hand."""
		note = self.credit_note("Buyer", 70000, day(3, 10))
		again = self.by_hand(deal=None)
		again.insert()
		again.submit()
		marks.flush()
		return note, again

	def test_a_credit_note_whose_fee_is_billed_anew_is_not_cancelled(self):
		note, again = self.in_full()
		with self.assertRaisesRegex(frappe.ValidationError, again.name):
			self.cancel(note)
		self.assertEqual(self.row().invoiced - self.row().credited, 105000)
		again.reload()
		self.cancel(again)
		note.reload()
		self.cancel(note)
		self.assertEqual(self.row().invoiced, 105000)

	def test_one_of_two_credit_notes_that_make_it_up_is_not_cancelled(self):
		first = self.credit_note("Buyer", 30000, day(3, 9))
		self.credit_note("Buyer", 40000, day(3, 10))
		again = self.by_hand(deal=None)
		again.insert()
		again.submit()
		with self.assertRaisesRegex(frappe.ValidationError, again.name):
			self.cancel(first)

	def test_a_fee_that_two_invoices_bill_is_off(self):
		"""As some were made before it was refused; what is credited of one bills nothing twice."""
		again = self.by_hand(deal=None, deal_fee=None).insert()
		again.submit()
		again.db_set({"deal": self.deal, "deal_fee": self.fee()})
		self.assertEqual((self.row().billed_twice, reconciliation.is_off(self.row())), (70000, True))
		self.credit_note("Buyer", 20000, day(3, 9))
		self.assertEqual(self.row().billed_twice, 50000)
		again.reload()
		self.cancel(again)
		self.assertEqual(self.row().billed_twice, 0)

	def test_a_debit_note_revives_no_billed_fee(self):
		_note, again = self.in_full()
		debit = self.by_hand(is_debit_note=1, return_against=self.invoices["Buyer"])
		with self.assertRaisesRegex(frappe.ValidationError, again.name):
			debit.insert().submit()

	def test_the_fee_shows_the_invoice_that_stands(self):
		fee, old = self.fee(), self.invoices["Buyer"]
		note, again = self.in_full()
		self.assertEqual(frappe.db.get_value("Deal Fee", fee, "sales_invoice"), again.name)
		again.reload()
		self.cancel(again)
		self.assertIsNone(frappe.db.get_value("Deal Fee", fee, "sales_invoice"))
		self.cancel(note)
		self.assertEqual(frappe.db.get_value("Deal Fee", fee, "sales_invoice"), old)

	def test_an_invoice_of_the_fee_alone_is_its_deals(self):
		self.cancel(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		new = self.by_hand(deal=None)
		new.insert()
		self.assertEqual(new.deal, self.deal)
		new.submit()
		self.pay_invoice(new.name, 40000, day(3, 10))
		self.assert_reconciled(received="40000", accrued="17169.84")

	def test_fees_of_before_follow_their_amended_invoices(self):
		old = frappe.get_doc("Sales Invoice", self.invoices["Buyer"])
		self.cancel(old)
		new = self.amended(old.name)
		new.insert()
		new.submit()
		new.db_set("deal_fee", None)
		frappe.db.set_value("Deal Fee", old.deal_fee, "sales_invoice", old.name)
		for _run in range(2):
			link_fees_to_invoices.execute()
		self.assertEqual(frappe.db.get_value("Deal Fee", old.deal_fee, "sales_invoice"), new.name)
		self.assertEqual(frappe.db.get_value("Sales Invoice", new.name, "deal_fee"), old.deal_fee)

	def test_what_is_no_fees_is_unclassified_and_shown(self):
		"""As invoices made before a fee was asked for, and one of a deal that was never signed."""
		old, unsigned = self.by_hand(deal=None, deal_fee=None), factory.make_deal()
		old.insert()
		old.submit()
		old.db_set("deal", self.deal)
		self.assertEqual(self.row().unclassified, 70000)
		old.db_set("deal", unsigned.name)
		self.assertEqual(self.row().unclassified, 0)
		self.assertIn(unsigned.name, ledger.unsigned_with_money(self.company))
		row = reconciliation.deal_rows([unsigned.name])[0]
		self.assertEqual((row.invoiced, row.unclassified), (70000, 70000))

	def test_an_invoice_cancelled_takes_back_on_its_receipts_day(self):
		self.pay("Buyer", 40000, day(3, 10))
		self.cancel(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		self.assert_accrued_on((day(3, 10), "17169.84"), (day(3, 10), "-17169.84"))

	def test_what_was_held_keeps_its_day(self):
		self.pay("Buyer", 40000, day(3, 10))
		last = self.pay("Seller", 35000, day(4, 8))
		settings = frappe.get_doc("Agency Settings")
		row = next(row for row in settings.companies if row.company == self.company)
		self.set_cost(row, None)
		self.cancel(last)
		self.set_cost(row, row.commission_cost)
		self.assertTrue(reconciliation.compare_again(self.deal))
		self.assertEqual(self.accrued_on()[-1], (day(4, 8), Decimal("-15023.58"), day(4, 8)))

	def set_cost(self, row, account):
		frappe.db.set_value(row.doctype, row.name, "commission_cost", account)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")

	def test_receipts_of_several_months_in_one_action(self):
		for amount, on in ((40000, day(3, 10)), (30000, day(4, 8))):
			self.advance(amount, on)
		tool = self.open_tool(self.invoices["Buyer"])
		open_invoices = [
			row.as_dict() for row in tool.invoices if row.invoice_number == self.invoices["Buyer"]
		]
		tool.allocate_entries(
			frappe._dict(invoices=open_invoices, payments=[row.as_dict() for row in tool.payments])
		)
		tool.reconcile()
		marks.flush()
		self.assert_accrued_on((day(3, 10), "17169.84"), (day(4, 8), "12877.35"))
		self.assert_reconciled(received="70000")

	def test_money_of_before_the_signing_is_accrued_on_the_day_it_was_signed(self):
		"""Before it there was no deal, and no fee that the commission is of."""
		advance = self.advance(40000, day(2, 1))
		self.reconcile(self.invoices["Buyer"], 40000)
		self.assert_accrued_on((day(3, 3), "17169.84"))
		self.unreconcile(advance)
		self.assert_accrued_on((day(3, 3), "17169.84"), (day(3, 3), "-17169.84"))

	def test_unreconciled_and_reconciled_in_one_action_is_one_difference_of_the_later_day(self):
		march = self.pay("Buyer", 40000, day(3, 10))
		april = self.advance(30000, day(4, 8))
		self.unreconcile(march, flush=False)
		self.reconcile(self.invoices["Buyer"], 30000, april.name, flush=False)
		marks.flush()
		self.assert_accrued_on((day(3, 10), "17169.84"), (day(4, 8), "-4292.46"))
		self.assert_reconciled(received="30000")

	def test_a_closing_voucher_closes_too(self):
		receipt = self.pay("Buyer", 40000, day(3, 10))
		closing = frappe.new_doc("Period Closing Voucher")
		year = frappe.db.get_value(
			"Fiscal Year", {"year_start_date": ("<=", day(3, 1)), "year_end_date": (">=", day(4, 30))}
		)
		start = frappe.db.get_value("Fiscal Year", year, "year_start_date")
		closing.update({"company": self.company, "fiscal_year": year, "period_start_date": start})
		closing.update({"period_end_date": day(4, 30), "transaction_date": day(4, 30), "docstatus": 1})
		closing.name = frappe.generate_hash(length=8)
		closing.db_insert()  # its own ledger rows are of no concern here
		self.unreconcile(receipt)
		self.assertEqual(self.accrued_on()[-1], (day(5, 1), Decimal("-17169.84"), day(3, 10)))
		self.assert_reconciled(received="0", accrued="0")

	def test_one_receipt_over_three_deals_sums_to_the_voucher(self):
		"""49.99 in the bank and 50.00 written off for 33.33 of each; then 0.01 on Round Off."""
		deals = [self.deal, sign_deal(self.agents), sign_deal(self.agents)]
		names = [
			frappe.db.get_value("Deal Fee", {"deal": deal, "side": "Buyer"}, "sales_invoice")
			for deal in deals
		]
		for name in names[1:]:
			self.hand_over(name)
		payment = payment_of(names[0], 33.33, day(3, 10), paid_amount=49.99, received_amount=49.99)
		for name in names[1:]:
			row = payment.references[0].as_dict(no_default_fields=True)
			payment.append("references", {**row, "reference_name": name})
		center = self.store.cost_center
		payment.append(
			"deductions", {"account": self.accounts.write_off, "cost_center": center, "amount": 50}
		)
		payment.insert()
		payment.submit()
		sums = ledger.sums(deals)
		self.assertEqual([str(sums[deal].received) for deal in deals], ["16.67", "16.66", "16.66"])
		self.assertEqual([str(sums[deal].written_off) for deal in deals], ["16.66", "16.67", "16.67"])
		# the same of one deal alone
		self.assertEqual(str(ledger.sums(deals[1:2])[deals[1]].received), "16.66")

	def test_a_credit_note_taken_off_its_receipt(self):
		"""What the note gave is no money; cancelled, the receipt's rows say nothing though ERPNext leaves them."""
		note = self.credit_note("Buyer", 3000, day(3, 9))
		payment = self.pay_rows(7000, (self.invoices["Buyer"], 10000), (note.name, -3000))
		self.unreconcile(payment, only=note.name)
		self.assert_figures(loose="0.00", received="7000.00", unclassified="3000.00")
		self.cancel(payment)
		self.assert_loose("0", received="0", unclassified="0")

	def test_a_cost_paid_from_the_bank_beside_a_receipt(self):
		bank, receivable = self.accounts.default_bank, self.accounts.receivable
		cost = frappe.db.get_value("Company", self.company, "default_expense_account")
		lines = [(bank, 1000, None), (cost, 30, None), (receivable, -1000, self.invoices["Buyer"])]
		self.journal(day(3, 10), *lines, (bank, -30, None))
		self.assert_reconciled(received="1000", unclassified="0")

	def test_a_receipts_taxes_and_charges_are_read_as_its_deductions_are(self):
		"""Taken off a receipt as written off: out of what settles the invoice, or out of the bank."""
		center, lost = self.store.cost_center, self.accounts.write_off
		tax = {"account_head": lost, "cost_center": center, "add_deduct_tax": "Deduct", "description": "减免"}
		of_invoice = {"charge_type": "On Paid Amount", "rate": 5, "base_tax_amount": 52.63}
		of_invoice["included_in_paid_amount"] = 1
		of_bank = {"charge_type": "Actual", "tax_amount": 50, "base_tax_amount": 50}
		for more, allocated, received, written_off in (
			(of_invoice, 1052.63, "1000", "52.63"),
			(of_bank, 1000, "950", "50"),
		):
			with self.subTest(more):
				row = (self.invoices["Buyer"], allocated)
				payment = self.pay_rows(1000, row, taxes=[{**tax, **more}])
				self.assert_loose("0", received=received, written_off=written_off, unclassified="0")
				self.cancel(payment)

	def deducted(self, amount: float) -> list[dict]:
		center = self.store.cost_center
		return [{"account": self.accounts.write_off, "cost_center": center, "amount": amount}]

	def test_a_write_off_that_settles_nothing_is_no_money(self):
		lost, receivable = self.accounts.write_off, self.accounts.receivable
		self.pay("Buyer", 40000, day(3, 10))
		journal = self.journal(day(3, 11), (lost, 30000, None), (receivable, -30000, self.invoices["Buyer"]))
		self.unreconcile(journal)
		self.assert_loose("0", received="40000", written_off="0")
		self.assertEqual(invoices.refund_due(self.deal), 0)
		self.cancel(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		self.assert_loose("40000", received="0")
		self.assertEqual(invoices.refund_due(self.deal), 40000)

	def test_only_the_money_of_a_receipt_less_a_write_off_is_loose(self):
		self.pay_rows(60000, (self.invoices["Buyer"], 70000), deductions=self.deducted(10000))
		self.cancel(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		self.assert_loose("60000", received="0", written_off="0")
		self.assertEqual(invoices.refund_due(self.deal), 60000)

	def test_a_credit_note_beside_another_deals_invoice_gives_its_own_deal(self):
		(other, theirs), note = self.their_invoice(), self.credit_note("Buyer", 600, day(3, 9))
		rows = (self.invoices["Buyer"], 2000), (theirs, 2000), (note.name, -600)
		self.pay_rows(3400, *rows)
		sums = ledger.sums([self.deal, other])
		self.assertEqual([sums[deal].received for deal in (self.deal, other)], [1400, 2000])
		self.assertEqual([sums[deal].unclassified for deal in (self.deal, other)], [0, 0])
		self.assertEqual(ledger.sums([other])[other].received, 2000)

	def their_invoice(self) -> tuple[str, str]:
		"""Another deal and its buyer's invoice, which the first deal's buyer owes."""
		other = sign_deal(self.agents)
		theirs = frappe.db.get_value("Deal Fee", {"deal": other, "side": "Buyer"}, "sales_invoice")
		self.hand_over(theirs)
		return other, theirs

	def assert_moved(self, other: str, received: tuple, unclassified: tuple = (0, 0)):
		"""What is received of the deal and of the other, and what is unclassified."""
		sums = ledger.sums([self.deal, other])
		self.assertEqual([sums[deal].received for deal in (self.deal, other)], [*received])
		self.assertEqual([sums[deal].unclassified for deal in (self.deal, other)], [*unclassified])
		for deal in (self.deal, other):  # the same of each alone
			self.assertEqual(ledger.sums([deal])[deal], sums[deal])
			self.assertFalse(standings([deal])[deal].is_off)

	def move(self, amount: float, source: str, to: str):
		"""A journal between two invoices, no bank in it."""
		receivable = self.accounts.receivable
		return self.journal(day(3, 11), (receivable, amount, source), (receivable, -amount, to))

	def test_debt_moved_to_another_deal_is_no_money(self):
		"""No bank, no cash: nothing is received of either, no commission follows, and both ask for a look."""
		other, theirs = self.their_invoice()
		self.move(600, theirs, self.invoices["Buyer"])
		self.assert_moved(other, (0, 0), (600, -600))
		self.assertEqual(self.row().accrued, 0)
		self.pay_invoice(theirs, 400, day(3, 12))
		self.assert_moved(other, (400, 0), (200, -200))
		receipt = self.pay_invoice(theirs, 500, day(3, 13))
		self.assert_moved(other, (600, 300))
		self.cancel(receipt)
		self.assert_moved(other, (400, 0), (200, -200))

	def test_money_moved_by_journal_to_another_deal(self):
		self.pay("Buyer", 400, day(3, 8))
		other, theirs = self.their_invoice()
		self.move(300, self.invoices["Buyer"], theirs)
		self.assert_moved(other, (100, 300))
		self.move(300, self.invoices["Buyer"], theirs)
		self.assert_moved(other, (0, 400), (-200, 200))

	def test_money_moved_on_by_a_deal_that_has_none_of_its_own(self):
		"""It had moved it on before it got it."""
		other, theirs = self.their_invoice()
		third, thirds = self.their_invoice()
		self.pay("Buyer", 400, day(3, 8))
		self.move(300, theirs, thirds)
		self.assertEqual(ledger.sums([third])[third].received, 0)
		receivable = self.accounts.receivable
		self.journal(day(3, 12), (receivable, 300, self.invoices["Buyer"]), (receivable, -300, theirs))
		self.assertEqual(ledger.sums([third])[third].received, 300)
		self.assert_moved(other, (100, 0))
		self.assertFalse(standings([third])[third].is_off)

	def test_a_chain_of_moves_follows_its_first_at_once(self):
		"""The last of it is off as soon as the first has nothing more, not only at night."""
		receipt = self.pay("Buyer", 400, day(3, 8))
		_other, theirs = self.their_invoice()
		third, thirds = self.their_invoice()
		self.move(300, self.invoices["Buyer"], theirs)
		self.move(300, theirs, thirds)
		self.assert_moved(third, (100, 300))
		self.cancel(receipt)
		self.assert_moved(third, (0, 0), (-300, 300))

	def test_a_chain_by_way_of_an_account_follows_its_first_at_once(self):
		receipt = self.pay("Buyer", 400, day(3, 8))
		third, thirds = self.their_invoice()
		between, receivable = self.outsider(), self.accounts.receivable
		self.journal(day(3, 9), (receivable, 300, self.invoices["Buyer"]), (receivable, -300, None, between))
		self.journal(day(3, 10), (receivable, 300, None, between), (receivable, -300, thirds))
		self.assert_moved(third, (100, 300))
		self.cancel(receipt)
		self.assert_moved(third, (0, 0), (-300, 300))

	def test_a_fen_that_comes_round_is_not_followed_fen_by_fen(self):
		"""Back to whoever gave it, at once or by way of another: it took as many rounds as it has fens."""
		self.pay("Buyer", 0.01, day(3, 8))
		note = self.credit_note("Buyer", 60000, day(3, 9))
		self.move(60000, note.name, self.invoices["Buyer"])
		other, theirs = self.their_invoice()
		self.move(50000, self.invoices["Buyer"], theirs)
		self.move(50000, theirs, self.invoices["Buyer"])
		self.assert_moved(other, (Decimal("0.01"), 0))

	def moved(self, way, received: float):
		"""600.00 of a paid invoice are credited and settle another deal's invoice in a `way`: they are that deal's money."""
		self.pay("Buyer", 70000, day(3, 8))
		other, theirs = self.their_invoice()
		way(self.credit_note("Buyer", 600, day(3, 9)).name, theirs)
		self.assert_moved(other, (69400, received))
		self.assert_reconciled(receivable="35000")

	def test_a_credit_note_that_the_tool_settles_with_another_deals_invoice(self):
		self.moved(lambda note, theirs: self.reconcile(theirs, 600, note), 600)

	def test_a_credit_note_that_a_receipt_settles_with_another_deals_invoice(self):
		self.moved(lambda note, theirs: self.pay_rows(400, (theirs, 1000), (note, -600)), 1000)

	def test_a_credit_note_of_an_unpaid_deal_is_no_money_of_another(self):
		other, theirs = self.their_invoice()
		self.pay_rows(400, (theirs, 1000), (self.credit_note("Buyer", 600, day(3, 9)).name, -600))
		self.assert_moved(other, (0, 400), (-600, 600))

	def outsider(self) -> str:
		"""A Customer of no deal."""
		return frappe.copy_doc(frappe.get_doc("Customer", self.payer())).insert().name

	def test_what_another_customer_owes_is_no_money(self):
		"""A debit of theirs without a reference is money as far as they have paid on account."""
		other, receivable = self.outsider(), self.accounts.receivable
		advance = self.advance(30000, day(3, 10), party=other)
		lines = (receivable, 70000, None, other), (receivable, -70000, self.invoices["Buyer"])
		self.journal(day(3, 11), *lines)
		self.assert_figures(loose="0.00", received="30000.00", unclassified="40000.00")
		self.cancel(advance)
		self.assert_figures(loose="0.00", received="0.00", accrued="0.00", unclassified="70000.00")

	def test_what_another_customer_owes_is_no_money_on_account(self):
		"""Neither to be paid back, nor received once it settles an invoice."""
		other, receivable = self.outsider(), self.accounts.receivable
		lines = (receivable, 70000, None, other), (receivable, -70000, None, self.payer())
		journal = self.journal(day(3, 11), *lines)
		self.assert_loose("0", received="0")
		self.assertEqual(invoices.refund_due(self.deal), 0)
		self.reconcile(self.invoices["Buyer"], 70000, journal.name)
		self.assert_figures(loose="0.00", received="0.00", accrued="0.00", unclassified="70000.00")

	def test_a_deposit_gives_no_more_than_it_holds(self):
		"""Whoever's it is; what was paid in later counts, what was paid back no longer."""
		other, deposits = self.outsider(), self.accounts.deposits
		applied = (deposits, 300, None, other), (self.accounts.receivable, -300, self.invoices["Buyer"])
		self.journal(day(3, 9), *applied)
		self.assert_figures(received="0.00", unclassified="300.00")
		self.journal(day(3, 10), (self.accounts.default_bank, 500, None), (deposits, -500, None, other))
		self.assert_figures(received="300.00", unclassified="0.00")
		self.journal(day(3, 11), (deposits, 400, None, other), (self.accounts.default_bank, -400, None))
		self.assert_figures(received="100.00", unclassified="200.00")

	def test_money_on_account_moved_by_journal_is_received(self):
		self.advance(1000, day(3, 10), deal=self.deal)
		receivable = self.accounts.receivable
		lines = (receivable, 1000, None, self.payer()), (receivable, -1000, self.invoices["Buyer"])
		self.journal(day(3, 11), *lines)
		self.assert_loose("0", received="1000", unclassified="0")

	def test_a_paid_invoice_outside_any_deal_gives_its_money(self):
		self.cancel(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		theirs = self.by_hand(deal=None, deal_fee=None).insert()
		theirs.submit()
		again = self.amended(self.invoices["Buyer"]).insert()
		again.submit()
		self.move(600, theirs.name, again.name)
		self.assert_figures(received="0.00", unclassified="600.00")
		self.pay_invoice(theirs.name, 500, day(3, 12))
		self.assert_figures(received="500.00", unclassified="100.00")

	def test_a_credit_note_beside_an_over_payment(self):
		note = self.credit_note("Buyer", 3000, day(3, 9))
		self.pay_rows(8500, (self.invoices["Buyer"], 10000), (note.name, -3000))
		self.assert_loose("1500", received="7000", unclassified="0")

	def test_a_credit_note_beside_an_advance_in_a_journal(self):
		note = self.credit_note("Buyer", 1000, day(3, 9))
		bank, receivable = self.accounts.default_bank, self.accounts.receivable
		lines = [
			(bank, 5000, None),
			(receivable, 1000, note.name),
			(receivable, -5000, self.invoices["Buyer"]),
		]
		self.journal(day(3, 10), *lines, (receivable, -1000, None, self.payer()))
		self.assert_loose("1000", received="4000", unclassified="0")

	def test_a_reversed_write_off_and_its_receipt_in_one_journal(self):
		bank, receivable, lost = self.accounts.default_bank, self.accounts.receivable, self.accounts.write_off
		buyer, seller = self.invoices["Buyer"], self.invoices["Seller"]
		self.journal(day(3, 9), (lost, 30000, None), (receivable, -30000, seller))
		lines = [(bank, 12000, None), (receivable, -12000, buyer)]
		self.journal(day(3, 10), *lines, (receivable, 12000, seller), (lost, -12000, None))
		self.assert_reconciled(received="12000", written_off="18000", unclassified="0")

	def hand_over(self, name: str):
		"""Another deal's invoice is the first buyer's, as if they paid its fee too."""
		for doctype, column in (("Sales Invoice", "name"), ("GL Entry", "voucher_no")):
			frappe.db.set_value(doctype, {column: name}, *self.party_of(doctype))
		entry = {"voucher_no": name, "party_type": "Customer"}
		frappe.db.set_value("Payment Ledger Entry", entry, "party", self.payer())

	def party_of(self, doctype: str) -> tuple:
		return ("customer" if doctype == "Sales Invoice" else "party"), self.payer()

	def test_a_fen_of_rounding_is_written_off(self):
		rounding = frappe.db.get_value("Company", self.company, "round_off_account")
		row = {"account": rounding, "cost_center": self.store.cost_center, "amount": 0.01}
		self.pay("Buyer", 70000, day(3, 10), paid_amount=69999.99, received_amount=69999.99, deductions=[row])
		self.assert_reconciled(received="69999.99", written_off="0.01")

	def test_an_invoice_paid_in_itself_is_received(self):
		self.cancel(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		new = self.amended(self.invoices["Buyer"])
		mode = frappe.get_all("Mode of Payment", {"type": ("in", ("Cash", "Bank"))}, pluck="name", limit=1)
		new.update({"is_pos": 1, "payments": []})
		paid = {"mode_of_payment": mode[0], "account": self.accounts.default_bank, "amount": 30000}
		new.append("payments", paid)
		new.insert()
		new.submit()
		marks.flush()
		self.assert_reconciled(received="30000", invoiced="105000", realised="28301.89")

	def test_an_invoice_that_two_receipts_met_at_one_moment(self):
		"""As ERPNext leaves it then: each sums the ledger without the other."""
		self.pay("Buyer", 10.01, day(3, 10))
		self.pay("Buyer", 20.02, day(3, 10))
		name = self.invoices["Buyer"]
		frappe.db.set_value("Sales Invoice", name, "outstanding_amount", 69989.99)
		self.assertEqual(self.row().receivable_difference, Decimal("-20.02"))
		self.assertEqual(ledger.outstanding([self.deal])[self.deal], Decimal("104969.97"))
		accruals.compare_lot([self.deal])
		self.assertEqual(frappe.db.get_value("Sales Invoice", name, "outstanding_amount"), 69969.97)
		self.assert_reconciled()
