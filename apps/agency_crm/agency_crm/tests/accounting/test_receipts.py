"""A receipt, from the deal to the ledger: as the cashier books it, and one over several deals."""

import frappe
from frappe import _
from frappe.utils import cint, getdate

from agency_crm.accounting import marks
from agency_crm.api.deals import sheet as deals
from agency_crm.domain.money import exact
from agency_crm.patches.v1_0 import name_deals_of_receipts
from agency_crm.tests import factory
from agency_crm.tests.cases.money import MoneyTestCase, sign_deal
from agency_crm.tests.users import as_user


class TestReceipts(MoneyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.cashier = factory.make_user("Agency Cashier").name
		deal = frappe.get_doc("Deal", cls.deal)
		cls.other = sign_deal(cls.agents, client=deal.client)
		marks.flush()
		cls.invoice = frappe.db.get_value("Sales Invoice", cls.invoices["Buyer"], "*", as_dict=True)

	def receipt(self, **allocated: float):
		"""What the deal's button makes for the buyer, filled in by the cashier; deal -> what of it is received."""
		made = deals.make_receipt(self.deal, self.invoice.customer)
		payment = frappe.get_doc(made)
		payment.update({"reference_no": "1", "reference_date": getdate(), "posting_date": getdate()})
		if allocated:
			for row in payment.references:
				row.allocated_amount = allocated.get(row.deal, 0)
			payment.paid_amount = payment.received_amount = sum(allocated.values())
		return payment

	def test_the_table_shows_what_is_received_of_each_deal(self):
		"""Frappe's grid shows columns as long as their widths come to ten, and leaves the rest to the row's form."""
		shown, width = [], 0
		for field in frappe.get_meta("Payment Entry Reference").fields:
			width += (cint(field.columns) or 2) if field.in_list_view and not field.hidden else 0
			if field.in_list_view and not field.hidden and width <= 10:
				shown.append(field.fieldname)
		for fieldname in ("reference_name", "deal", "outstanding_amount", "allocated_amount"):
			self.assertIn(fieldname, shown)

	def test_a_chinese_receipt_says_what_it_settles_in_chinese(self):
		with as_user(self.cashier):
			payment = self.receipt()
			frappe.local.lang = "zh"
			try:
				payment.insert()
				invoice = _("Sales Invoice")
				labels = [_(f"Account Balance ({end})", context="Payment Entry") for end in ("From", "To")]
			finally:
				frappe.local.lang = "en"
		said = payment.remarks.splitlines()[-1]
		self.assertEqual(said, f"金额 CNY 70000.0，对应{invoice} {self.invoice.name}")
		self.assertNotIn("Invoice", invoice)
		self.assertEqual(labels, ["付款科目余额", "收款科目余额"])

	def rows(self, payment) -> dict:
		return {row.deal: exact(row.allocated_amount) for row in payment.references}

	def test_the_cashier_books_what_the_deal_s_payer_owes(self):
		with as_user(self.cashier):
			self.assertIn(self.invoice.customer, deals.deal_sheet(self.deal)["payers"])
			payment = self.receipt().insert()
			payment.submit()
		marks.flush()
		self.assertEqual((payment.deal, payment.payment_type), (self.deal, "Receive"))
		self.assertEqual(payment.paid_to, self.accounts.default_bank)
		self.assertEqual(self.rows(payment), {self.deal: exact(70000)})
		self.assertEqual(self.sums().received, exact(70000))
		with as_user(self.cashier):
			self.assertNotIn(self.invoice.customer, deals.deal_sheet(self.deal)["payers"])
			with self.assertRaisesRegex(frappe.ValidationError, "nothing open"):
				deals.make_receipt(self.deal, self.invoice.customer)

	def test_one_receipt_over_several_deals_carries_each(self):
		with as_user(self.cashier):
			payment = self.receipt(**{self.deal: 70000, self.other: 30000.01}).insert()
			payment.submit()
		marks.flush()
		self.assertEqual(
			self.rows(payment.reload()), {self.deal: exact(70000), self.other: exact("30000.01")}
		)
		self.assertEqual(self.sums().received, exact(70000))
		self.assertEqual(self.sums(self.other).received, exact("30000.01"))
		self.cancel(payment)
		self.assertEqual(self.sums(self.other).received, 0)

	def test_a_receipt_by_hand_carries_its_deals_too(self):
		payment = self.pay("Seller", 10000, getdate())
		self.assertEqual(self.rows(payment), {self.deal: exact(10000)})
		frappe.db.set_value("Payment Entry Reference", payment.references[0].name, "deal", None)
		name_deals_of_receipts.execute()
		self.assertEqual(self.rows(payment.reload()), {self.deal: exact(10000)})

	def test_who_books_no_money_makes_none(self):
		for user in (self.agents["C"].user, factory.make_user("Agency Store Manager").name):
			with as_user(user), self.assertRaises(frappe.PermissionError):
				deals.make_receipt(self.deal)
