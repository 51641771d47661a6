"""Who was accrued on which account is who is paid, and who it is taken back from."""

from decimal import Decimal

import frappe

from agency_crm.domain.money import ZERO
from agency_crm.patches.v1_0 import fill_accrual_accounts
from agency_crm.tests.money import PayoutTestCase, day, money

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


class TestWhoHoldsIt(PayeesCase):
	"""A's 13,207.55 of the buyer's 70,000.00."""

	splits = HALVES

	def setUp(self):
		super().setUp()
		self.receipt = self.receive("Buyer", 70000, day(3, 10))
		self.assertEqual(
			self.balances(self.employee("A")), {self.accounts.payable_employees: Decimal("13207.55")}
		)

	def test_an_employee_who_got_a_supplier_is_taken_back_from_as_employee(self):
		supplier = self.make_supplier("A")
		self.cancel(self.receipt)
		self.assertEqual(self.balances(self.employee("A")), {})
		self.assertEqual(self.balances(supplier), {})
		self.assert_reconciled(accrued="0")

	def test_what_is_earned_after_the_change_goes_to_the_supplier(self):
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
		supplier = self.make_supplier("A")
		self.receive("Seller", 17500, day(3, 25))
		self.cancel(self.receipt)
		self.assertEqual(self.balances(self.employee("A")), {})
		self.assertEqual(self.balances(supplier), {self.accounts.payable_suppliers: Decimal("3301.89")})
		self.assert_reconciled()

	def test_a_changed_payable_account_is_taken_back_from_as_it_was(self):
		account = self.change_account("payable_employees")
		self.cancel(self.receipt)
		self.assertEqual(self.balances(self.employee("A")), {})
		self.receive("Seller", 35000, day(3, 25))
		self.assertEqual(self.balances(self.employee("A")), {account: Decimal("6603.78")})
		self.assert_reconciled()

	def test_a_payout_clears_the_account_that_was_credited(self):
		self.confirm()
		self.change_account("payable_employees")
		self.receive("Seller", 35000, day(3, 25))
		self.approve(self.draft())
		self.assertEqual(self.balances(self.employee("A")), {})
		self.assert_reconciled(accrued="44575.47", paid="44575.47")

	def test_accruals_of_before_learn_their_account_from_their_journal(self):
		self.change_account("payable_employees")
		rows = {"parent": self.last_accrual().name}
		frappe.db.set_value("Commission Accrual Row", rows, "account", None)
		fill_accrual_accounts.execute()
		found = set(frappe.get_all("Commission Accrual Row", rows, pluck="account"))
		self.assertEqual(found, {self.accounts.payable_employees})


class TestAFenMoved(PayeesCase):
	splits = (
		*(("Closing", 1, "C"), ("Entry", 49, "C"), ("Maintainer", 5, "C"), ("Survey", 13, "C")),
		*(("Mandate", 7, "C"), ("Key", 12, "C"), ("Finance", 13, "C")),
	)

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
