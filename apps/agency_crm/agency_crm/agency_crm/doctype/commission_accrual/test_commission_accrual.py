"""What is accrued to whom: overrides, outside payees, sides apart, gross; and that nobody makes one by hand."""

import frappe
from frappe import _

from agency_crm.accounting import accruals, marks
from agency_crm.accounting.standing import HELD
from agency_crm.api.commission.statements import compare_again
from agency_crm.framework import languages
from agency_crm.patches.v1_0 import freeze_overrides
from agency_crm.services.commission import reconciliation
from agency_crm.tests import factory
from agency_crm.tests.cases.money import MoneyTestCase, day, money


class TestCommissionAccrual(MoneyTestCase):
	def test_nobody_makes_or_changes_one(self):
		self.receive("Buyer", 40000, day(3, 10))
		accrual = self.last_accrual()
		for role in ("Agency Accountant", "Agency Cashier", "Agency Administrator", "Agency Store Manager"):
			with self.set_user(factory.make_user(role).name):
				for right in ("create", "write", "delete"):
					self.assertFalse(accrual.has_permission(right), (role, right))

	def test_a_managers_override_is_on_the_part_of_their_stores(self):
		other = factory.make_agent(store=factory.make_store().name, commission_plan=factory.make_plan().name)
		boss = factory.make_agent(store=self.store.name, commission_plan=factory.make_plan().name)
		self.agents = {**self.agents, "X": other}
		override = {"role": "Manager Override", "agent": boss.name, "percent": 0, "rate": 5}
		self.sign((("Closing", 60, "C"), ("Entry", 40, "X")), (override,))
		self.receive("Buyer", 70000, day(3, 10))
		rows = {row.agent: row for row in self.last_accrual().rows}
		# realised 66,037.74: 60 % of it in the manager's own store
		self.assertEqual(money(rows[boss.name].performance), money("39622.64"))
		self.assertEqual(money(rows[boss.name].amount), money("1981.13"))
		self.assertEqual(money(rows[self.agents["C"].name].amount), money("19811.32"))
		self.agents["B"] = boss
		self.assert_reconciled()

	def test_a_store_that_moves_changes_nothing_of_an_override(self):
		region, other = (factory.make_store(is_group=1) for _ in range(2))
		branch = factory.make_store(parent=region.name)
		fields = {"commission_plan": factory.make_plan(rate=50).name}
		boss, closer = (factory.make_agent(store=store.name, **fields) for store in (region, branch))
		self.agents = {**self.agents, "A": boss, "C": closer}
		override = {"role": "Manager Override", "agent": boss.name, "percent": 0, "rate": 5}
		self.sign((("Closing", 100, "C"),), (override,))
		self.receive("Buyer", 40000, day(3, 10))
		branch.reload()
		branch.parent_store = other.name
		branch.save()
		self.assertEqual(accruals.compare_lot([self.deal]), [])
		self.assertEqual(self.accrued()["A"], money("1886.79"))
		row = frappe.db.get_value("Deal Split", {"deal": self.deal, "kind": "Override"})
		frappe.db.set_value("Deal Split", row, {"covered_splits": None, "store": None})
		self.assertEqual(len(reconciliation.deal_rows([self.deal])), 1)  # signed before one was asked for
		frappe.db.set_value("Deal Split", row, "store", region.name)
		branch.reload()
		branch.parent_store = region.name
		branch.save()
		freeze_overrides.execute()
		self.assertEqual(accruals.compare_lot([self.deal]), [])

	def test_an_outside_agency_is_a_supplier(self):
		supplier = frappe.new_doc("Supplier")
		group = frappe.db.get_value("Supplier Group", {"is_group": 0})
		supplier.update({"supplier_name": frappe.generate_hash(length=8), "supplier_group": group})
		supplier.insert()
		outside = {"role": "Referral", "payee_type": "Supplier", "supplier": supplier.name}
		self.sign((("Closing", 80, "C"),), ({**outside, "percent": 20, "rate": 100},))
		self.receive("Buyer", 70000, day(3, 10))
		journal = frappe.get_doc("Journal Entry", self.last_accrual().journal_entry)
		lines = {row.account: row for row in journal.accounts if row.party_type == "Supplier"}
		self.assertEqual([*lines], [self.accounts.payable_suppliers])
		self.assertEqual(money(lines[self.accounts.payable_suppliers].credit), money("13207.55"))
		self.assert_reconciled()

	def test_each_side_for_itself(self):
		"""Per side nothing of the buyer's unpaid fee stands in for the seller's."""
		self.sign((("Closing", 100, "C"),))
		frappe.db.set_value("Deal", self.deal, "pooling", "Per Side")
		self.receive("Seller", 35000, day(3, 10))
		self.assert_reconciled(realised="33018.87", accrued="16509.44")

	def test_gross_base(self):
		self.sign((("Closing", 100, "C"),))
		frappe.db.set_value("Deal", self.deal, "split_base", "Gross")
		self.receive("Buyer", 70000, day(3, 10))
		self.assert_reconciled(base="105000", realised="70000", accrued="35000")

	def test_a_fee_that_counts_for_no_commission(self):
		self.sign((("Closing", 100, "C"),))
		frappe.db.set_value("Deal Fee", {"deal": self.deal, "side": "Seller"}, "commissionable", 0)
		self.receive("Buyer", 70000, day(3, 10))
		self.assert_reconciled(base="66037.74", realised="44025.16")
		self.receive("Seller", 35000, day(3, 11))
		self.assert_reconciled(realised="66037.74")

	def test_more_back_than_came_is_held_until_mended(self):
		"""A refund above what was received: nobody's commission falls below 0."""
		self.receive("Buyer", 40000, day(3, 10))
		bank, receivable = self.accounts.default_bank, self.accounts.receivable
		refund = self.journal(day(3, 12), (receivable, 50000, self.invoices["Buyer"]), (bank, -50000, None))
		held = frappe.get_doc("Commission Accrual", {"deal": self.deal, "status": HELD})
		self.assertIn("-4292.47", held.held_reason)
		on_deal = {"reference_doctype": "Deal", "reference_name": self.deal, "comment_type": "Info"}
		told = frappe.get_all("Comment", on_deal, pluck="content")
		said = _("The commission is held until an accountant has looked at it.", lang=languages.site())
		self.assertEqual(told, [said])  # no amount
		accountant = factory.make_user("Agency Accountant").name
		with self.set_user(accountant):
			self.assertFalse(compare_again(held.name))
		refund.cancel()
		with self.set_user(accountant):
			self.assertTrue(compare_again(held.name))
		marks.flush()
		self.assert_reconciled(received="40000", accrued="17169.84")
