"""Who was accrued on which account is who is paid, and who it is taken back from."""

from decimal import Decimal

import frappe

from agency_crm.accounting import accruals
from agency_crm.accounting.standing import HELD, held_deals, standings
from agency_crm.domain.money import ZERO
from agency_crm.patches.v1_0 import employ_agents, fill_accrual_accounts
from agency_crm.tests.cases.money import PayoutTestCase, day, money

HALVES = (("Closing", 50, "A"), ("Entry", 50, "C"))


class PayeesCase(PayoutTestCase):
	def make_supplier(self, *names: str, **fields) -> str:
		"""A Supplier that these agents are paid through."""
		supplier = frappe.new_doc("Supplier")
		group = frappe.db.get_value("Supplier Group", {"is_group": 0})
		supplier.update({"supplier_name": frappe.generate_hash(length=8), "supplier_group": group})
		supplier.insert()
		for name in names:
			self.agents[name].reload()
			self.agents[name].db_set({"supplier": supplier.name, **fields})
		return supplier.name

	def employee(self, name: str) -> str:
		return frappe.db.get_value("Agent", self.agents[name].name, "employee")

	def balances(self, party: str) -> dict[str, Decimal]:
		"""Account -> what is owed to a party by the general ledger, without those at 0.00."""
		found: dict[str, Decimal] = {}
		for row in frappe.get_all(
			"GL Entry", {"party": party, "is_cancelled": 0}, ["account", "credit", "debit"]
		):
			found[row.account] = found.get(row.account, ZERO) + money(row.credit) - money(row.debit)
		return {account: amount for account, amount in found.items() if amount}

	def change_account(self, field: str) -> str:
		"""Another payable account in Agency Settings; returns it."""
		account = frappe.copy_doc(frappe.get_doc("Account", self.accounts.get(field)))
		account.update({"account_name": frappe.generate_hash(length=8), "account_number": None})
		account.insert()
		frappe.db.set_value(self.accounts.doctype, self.accounts.name, field, account.name)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		return account.name

	def book(self, amount: float):
		"""The Supplier is paid, or below 0 credited, by somebody's own Journal Entry."""
		journal = frappe.new_doc("Journal Entry")
		journal.update({"company": self.company, "posting_date": day(3, 12), "voucher_type": "Journal Entry"})
		side, other = ("debit", "credit") if amount > 0 else ("credit", "debit")
		payable = {
			"account": self.accounts.payable_suppliers,
			"party_type": "Supplier",
			"party": self.supplier,
		}
		journal.append("accounts", {**payable, f"{side}_in_account_currency": abs(amount)})
		account = self.accounts.default_bank if amount > 0 else self.accounts.commission_cost
		journal.append("accounts", {"account": account, f"{other}_in_account_currency": abs(amount)})
		journal.insert()
		journal.submit()


class TestPayees(PayeesCase):
	"""A's 13,207.55 and C's 16,509.44 of the buyer's 70,000.00."""

	splits = HALVES

	def in_the_books(self):
		"""The buyer has paid, and A is owed as an Employee."""
		self.receipt = self.receive("Buyer", 70000, day(3, 10))
		self.assertEqual(
			self.balances(self.employee("A")), {self.accounts.payable_employees: Decimal("13207.55")}
		)

	def through_a_supplier(self):
		"""The buyer has paid, and A is owed through a Supplier."""
		self.supplier = self.make_supplier("A")
		self.receive("Buyer", 70000, day(3, 10))
		self.confirm()

	def test_an_employee_who_got_a_supplier_is_taken_back_from_as_employee(self):
		self.in_the_books()
		supplier = self.make_supplier("A")
		self.cancel(self.receipt)
		self.assertEqual(self.balances(self.employee("A")), {})
		self.assertEqual(self.balances(supplier), {})
		self.assert_reconciled(accrued="0")

	def test_what_is_earned_after_the_change_goes_to_the_supplier(self):
		self.in_the_books()
		supplier = self.make_supplier("A")
		further = self.receive("Seller", 35000, day(3, 25))
		self.assertEqual(self.balances(supplier), {self.accounts.payable_suppliers: Decimal("6603.77")})
		self.cancel(further)
		self.assertEqual(self.balances(supplier), {})
		self.assertEqual(
			self.balances(self.employee("A")), {self.accounts.payable_employees: Decimal("13207.55")}
		)
		self.assert_reconciled()

	def test_of_two_it_is_taken_from_the_one_it_was_accrued_to(self):
		self.in_the_books()
		supplier = self.make_supplier("A")
		self.receive("Seller", 17500, day(3, 25))
		self.cancel(self.receipt)
		self.assertEqual(self.balances(self.employee("A")), {})
		self.assertEqual(self.balances(supplier), {self.accounts.payable_suppliers: Decimal("3301.89")})
		self.assert_reconciled()

	def two_of_one_day(self) -> tuple:
		"""The buyer's receipt accrues to A as Employee, the seller's of the same day to their Supplier."""
		early = self.receive("Buyer", 70000, day(3, 10))
		self.supplier = self.make_supplier("A")
		return early, self.receive("Seller", 17500, day(3, 10))

	def test_of_two_receipts_of_one_day_the_first_is_cancelled(self):
		early, _late = self.two_of_one_day()
		self.cancel(early)
		self.assertEqual(self.balances(self.employee("A")), {})
		self.assertEqual(self.balances(self.supplier), {self.accounts.payable_suppliers: Decimal("3301.89")})
		self.assert_reconciled()

	def test_of_two_receipts_of_one_day_the_second_is_cancelled(self):
		_early, late = self.two_of_one_day()
		self.cancel(late)
		self.assertEqual(
			self.balances(self.employee("A")), {self.accounts.payable_employees: Decimal("13207.55")}
		)
		self.assertEqual(self.balances(self.supplier), {})
		self.assert_reconciled()

	def test_of_two_receipts_of_one_day_the_first_is_unreconciled(self):
		early = self.receive("Buyer", 30000, day(3, 10))
		supplier = self.make_supplier("A")
		self.receive("Buyer", 40000, day(3, 10))
		before = self.balances(supplier)
		self.unreconcile(early)
		self.assertEqual(self.balances(self.employee("A")), {})
		self.assertEqual(self.balances(supplier), before)
		self.assert_reconciled(received="40000")

	def test_the_first_is_cancelled_while_the_second_is_held(self):
		"""What the first accrued is taken back whole, and what the second brought goes to the Supplier."""
		for second, supplier in ((17500, "3301.89"), (35000, "6603.78")):
			for mended_first in (True, False):
				with self.subTest(second=second, mended_first=mended_first):
					frappe.db.savepoint("held")
					self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
					self.hold_and_cancel(35000, second, mended_first)
					owed = {self.accounts.payable_suppliers: Decimal(supplier)}
					found = self.balances(self.employee("A")), self.balances(self.supplier)
					off = standings([self.deal])[self.deal].is_off
					frappe.db.rollback(save_point="held")
					self.assertEqual((*found, off), ({}, owed, False))

	def hold_and_cancel(self, first: float, second: float, mended_first: bool):
		"""A is paid as Employee for the first, as Supplier for the second, which is held when the first is cancelled."""
		early = self.receive("Buyer", first, day(3, 10))
		self.supplier = self.make_supplier("A")
		cost = self.accounts.commission_cost
		self.set_cost(None)
		self.receive("Seller", second, day(3, 25))
		self.assertIn(self.deal, held_deals(self.company))
		if mended_first:
			self.set_cost(cost)
		self.cancel(early)
		self.set_cost(cost)
		accruals.compare_or_hold(self.deal)

	def set_cost(self, account: str | None):
		frappe.db.set_value(self.accounts.doctype, self.accounts.name, "commission_cost", account)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")

	def test_a_changed_payable_account_is_taken_back_from_as_it_was(self):
		self.in_the_books()
		account = self.change_account("payable_employees")
		self.cancel(self.receipt)
		self.assertEqual(self.balances(self.employee("A")), {})
		self.receive("Seller", 35000, day(3, 25))
		self.assertEqual(self.balances(self.employee("A")), {account: Decimal("6603.78")})
		self.assert_reconciled()

	def test_a_payout_clears_the_account_that_was_credited(self):
		self.in_the_books()
		self.confirm()
		self.change_account("payable_employees")
		self.receive("Seller", 35000, day(3, 25))
		self.approve(self.draft())
		self.assertEqual(self.balances(self.employee("A")), {})
		self.assert_reconciled(accrued="44575.47", paid="44575.47")

	def test_accruals_of_before_learn_their_account_from_their_journal(self):
		self.in_the_books()
		self.change_account("payable_employees")
		rows = {"parent": self.last_accrual().name}
		frappe.db.set_value("Commission Accrual Row", rows, "account", None)
		fill_accrual_accounts.execute()
		found = set(frappe.get_all("Commission Accrual Row", rows, pluck="account"))
		self.assertEqual(found, {self.accounts.payable_employees})

	def figures(self, payout, party: str, *fields: str) -> list[str]:
		row = next(row for row in payout.rows if row.party == party)
		return [str(money(row.get(field))) for field in fields]

	def taxes(self, *receipts: float) -> list[str]:
		"""The tax of each payout, one after each receipt, all in March."""
		self.agents["C"].db_set("tax_method", "Labour Service")
		found = []
		for number, amount in enumerate(receipts, 1):
			self.receive("Buyer", amount, day(3, 10 * number))
			self.confirm()
			payout = self.draft(until=day(3, 10 * number + 1))
			found.append(self.figures(payout, self.employee("C"), "gross", "tax_withheld"))
			self.approve(payout)
		return found

	def test_two_of_800(self):
		self.assertEqual(self.taxes(3392, 3392), [["800.00", "0.00"], ["800.00", "160.00"]])

	def test_3000_and_2000(self):
		self.assertEqual(self.taxes(12720, 8480), [["3000.00", "440.00"], ["2000.00", "360.00"]])
		self.receive("Buyer", 3392, day(4, 10))
		self.confirm()
		april = self.draft(until=day(4, 30))
		self.assertEqual(self.figures(april, self.employee("C"), "gross", "tax_withheld"), ["800.00", "0.00"])

	def left_out(self, payout) -> list[tuple]:
		return [(row.payee_name, str(money(row.amount)), row.reason) for row in payout.left_out]

	def paid(self, payout) -> list[str]:
		return [row.party for row in payout.rows]

	def test_a_disabled_supplier(self):
		self.through_a_supplier()
		payout = self.draft()
		frappe.db.set_value("Supplier", self.supplier, "disabled", 1)
		frappe.clear_document_cache("Supplier", self.supplier)
		with self.assertRaisesRegex(frappe.ValidationError, "changed"):
			self.approve(payout)
		payout = self.draft()
		self.assertEqual(self.left_out(payout), [(self.supplier, "13207.55", "Payee Is Blocked")])
		self.approve(payout)
		self.assertEqual(self.paid(payout), [self.employee("C")])
		self.assert_reconciled(paid="16509.44", payable="13207.55")

	def test_what_is_not_confirmed_and_what_is_held(self):
		self.through_a_supplier()
		frappe.db.set_value(
			"Deal Split", {"deal": self.deal, "agent": self.agents["A"].name}, "confirmed_on", None
		)
		payout = self.draft()
		self.assertEqual(self.left_out(payout), [(self.supplier, "13207.55", "Split Not Confirmed")])
		self.assertEqual(payout.left_out[0].deal, self.deal)
		held = frappe.new_doc("Commission Accrual")
		held.update(
			{"name": frappe.generate_hash(), "deal": self.deal, "company": self.company, "status": "Held"}
		)
		held.update({"posting_date": day(3, 11), "origin_date": day(3, 11)})
		held.db_insert()
		payout = self.draft()
		self.assertEqual(self.paid(payout), [])
		self.assertEqual({row.reason for row in payout.left_out}, {"Commission Is Held"})

	def test_who_was_paid_by_hand_is_not_paid_twice(self):
		self.through_a_supplier()
		self.book(8207.55)
		payout = self.draft()
		self.assertEqual(self.left_out(payout), [(self.supplier, "13207.55", "Ledger Says Otherwise")])
		self.assertEqual(money(payout.left_out[0].ledger_difference), Decimal("8207.55"))
		self.assertEqual(self.paid(payout), [self.employee("C")])
		with self.set_user(self.accountant):
			payout.left_out[0].book_as_paid = 1
			payout.save()
		self.assertEqual(self.left_out(payout), [])
		figures = self.figures(payout, self.supplier, "gross", "paid_by_hand", "net")
		self.assertEqual(figures, ["13207.55", "8207.55", "5000.00"])
		self.approve(payout)
		self.assertEqual(self.balances(self.supplier), {})
		self.assert_reconciled(payable="0")
		statement = frappe.new_doc("Commission Statement")
		statement.update({"agent": self.agents["A"].name, "company": self.company, "month": day(3, 31)})
		statement.insert()
		self.assertEqual((money(statement.paid), money(statement.payable)), (Decimal("13207.55"), 0))

	def said_of_a_tick(self) -> str:
		"""What a draft says where the Supplier was ticked as paid by hand; nothing is booked."""
		payout = self.draft()
		frappe.clear_messages()
		with self.set_user(self.accountant):
			row = next(row for row in payout.left_out if row.party == self.supplier)
			row.book_as_paid = 1
			payout.save()
		self.assertNotIn(self.supplier, self.paid(payout))
		(said,) = [message.message for message in frappe.get_message_log()]
		self.assertIn(self.supplier, said)
		return said

	def test_what_cannot_be_booked_as_paid_says_so(self):
		self.through_a_supplier()
		self.book(20000)
		self.assertIn("20000", self.said_of_a_tick().replace(",", ""))
		self.book(-11792.45)
		frappe.db.set_value("Deal Split", {"deal": self.deal}, "confirmed_on", None)
		self.assertIn("8207.55", self.said_of_a_tick().replace(",", ""))

	def test_all_of_it_by_hand(self):
		self.through_a_supplier()
		self.book(13207.55)
		frappe.db.set_value(
			"Deal Split", {"deal": self.deal, "agent": self.agents["C"].name}, "confirmed_on", None
		)
		payout = self.draft()
		with self.set_user(self.accountant):
			payout.left_out[0].book_as_paid = payout.left_out[1].book_as_paid = 1
			payout.save()
		self.approve(payout)
		self.assertIsNone(payout.journal_entry)
		self.assert_reconciled(paid="13207.55")
		with self.set_user(self.second):
			frappe.get_doc("Commission Payout", payout.name).cancel()
		self.assert_deal_paid("0")

	def assert_deal_paid(self, amount: str):
		paid = frappe.get_all("Deal Split", {"deal": self.deal}, pluck="paid")
		self.assertEqual(sum(map(money, paid)), Decimal(amount))

	def test_an_accruals_journal_that_was_amended_beside_ours(self):
		"""It was posted again by itself: the amended one stands beside it, and nobody pays both."""
		self.through_a_supplier()
		journal = frappe.get_doc("Journal Entry", self.last_accrual().journal_entry)
		self.cancel(journal)
		amended = frappe.copy_doc(journal)
		amended.update({"amended_from": journal.name, "docstatus": 0})
		amended.insert()
		amended.submit()
		payout = self.draft()
		self.assertEqual(self.paid(payout), [])
		self.assertEqual({row.reason for row in payout.left_out}, {"Ledger Says Otherwise"})
		self.assertEqual({row.ledger_difference < 0 for row in payout.left_out}, {True})
		self.cancel(amended)
		self.assertEqual(len(self.draft().rows), 2)

	def test_it_is_not_dated_before_what_it_pays(self):
		self.through_a_supplier()
		with self.assertRaisesRegex(frappe.ValidationError, "Paid On"):
			self.draft(on=day(3, 9))
		self.draft(on=day(3, 10))

	def test_it_writes_only_what_was_paid(self):
		"""The deal's other figures may be newer than what this payout has read."""
		self.through_a_supplier()
		payout = self.draft()
		frappe.db.set_value("Deal", self.deal, {"received": 105000, "realised": 99056.61})
		frappe.db.set_value("Deal Split", {"deal": self.deal}, "accrued", 7)
		self.approve(payout)
		figures = frappe.db.get_value("Deal", self.deal, ["received", "realised"])
		self.assertEqual(figures, (105000, 99056.61))
		self.assertEqual(set(frappe.get_all("Deal Split", {"deal": self.deal}, pluck="accrued")), {7})
		self.assert_deal_paid("29716.99")


class TestAFenMoved(PayeesCase):
	splits = (
		*(("Closing", 1, "C"), ("Entry", 49, "C"), ("Maintainer", 5, "C"), ("Survey", 13, "C")),
		*(("Mandate", 7, "C"), ("Key", 12, "C"), ("Finance", 13, "C")),
	)

	def test_its_agents_are_employed_when_it_is_signed(self):
		"""Not by the cashier's receipt: an Employee takes some hundred queries."""
		self.assertTrue(self.employee("C"))
		before = frappe.db.count("Employee")
		self.receive("Buyer", 100, day(3, 10))
		self.assertEqual(frappe.db.count("Employee"), before)
		self.agents["C"].db_set("employee", None)
		employ_agents.execute()
		self.assertTrue(self.employee("C"))

	def test_an_employee_that_cannot_be_made_stops_no_signing(self):
		self.agents["C"].db_set({"employee": None, "creation": "1960-01-01"})  # joined before they were born
		self.sign((("Closing", 100, "C"),))
		self.assertFalse(self.employee("C"))
		self.receive("Buyer", 100, day(3, 10))
		accrual = self.last_accrual()
		self.assertEqual(accrual.status, HELD)
		self.assertTrue(accrual.held_reason)

	def test_rows_that_net_to_nothing_are_recorded_without_a_journal(self):
		frappe.db.set_value("Deal", self.deal, "split_base", "Gross")
		self.receive("Buyer", 28186.58, day(3, 10))
		self.receive("Buyer", 0.01, day(3, 11))
		accrual = self.last_accrual()
		self.assertEqual((accrual.status, accrual.journal_entry, accrual.total), ("Posted", None, 0))
		self.assertEqual(
			sorted(money(row.amount) for row in accrual.rows), [Decimal("-0.01"), Decimal("0.01")]
		)
		self.assert_reconciled(received="28186.59")
		self.confirm()
		self.approve(self.draft())
		self.assert_reconciled(payable="0")


class TestOneSupplierOfTwo(PayeesCase):
	splits = (("Closing", 60, "A"), ("Entry", 40, "B"))

	def test_each_agent_has_a_row_with_their_own_tax(self):
		supplier = self.make_supplier("A", "B")
		self.agents["A"].db_set("tax_method", "Invoice")
		self.agents["B"].db_set("tax_method", "Labour Service")
		self.receive("Buyer", 70000, day(3, 10))
		self.confirm()
		payout = self.draft()
		rows = {row.agent: row for row in payout.rows}
		figures = {
			name: [
				str(money(rows[self.agents[name].name].get(field)))
				for field in ("gross", "tax_withheld", "net")
			]
			for name in "AB"
		}
		self.assertEqual(
			figures, {"A": ["15849.06", "0.00", "15849.06"], "B": ["10566.04", "1690.57", "8875.47"]}
		)
		self.approve(payout)
		self.assertEqual(self.balances(supplier), {})
		for name in "AB":
			statement = frappe.new_doc("Commission Statement")
			statement.update({"agent": self.agents[name].name, "company": self.company, "month": day(3, 31)})
			statement.insert()
			self.assertEqual(money(statement.payable), 0, name)
		self.assert_reconciled(paid="26415.10")

	def test_what_was_paid_by_hand_is_shared_by_what_is_due_to_each(self):
		"""1,000.01 of 26,415.10, of which A has 60 %: 600.01 and 400.00, by largest remainder."""
		self.supplier = self.make_supplier("A", "B")
		self.receive("Buyer", 70000, day(3, 10))
		self.confirm()
		self.book(1000.01)
		payout = self.draft()
		with self.set_user(self.accountant):
			payout.left_out[0].book_as_paid = 1
			payout.save()
		rows = {row.agent: row for row in payout.rows}
		shares = [str(money(rows[self.agents[name].name].paid_by_hand)) for name in "AB"]
		self.assertEqual(shares, ["600.01", "400.00"])
		self.approve(payout)
		self.assertEqual(self.balances(self.supplier), {})
		self.assert_reconciled(paid="26415.10")
