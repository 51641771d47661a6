"""Receipts and approvals at the same moment, each on a connection of its own."""

from decimal import Decimal
from functools import partial

import frappe
from frappe.utils import getdate, now, today

from agency_crm.accounting import accruals, ledger
from agency_crm.api.deals.sheet import approve_termination, take_back_termination_approvals
from agency_crm.tests import factory
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.cases.money import MoneyTestCase, day, money, payment_of
from agency_crm.tests.cases.races import take_away_since
from agency_crm.tests.races import at_once
from agency_crm.tests.users import as_user

VOUCHERS = ("Sales Invoice", "Payment Entry", "Journal Entry", "GL Entry", "Payment Ledger Entry")
PARTIES = ("Customer", "Employee")


class Committed:
	"""Rows are committed for the other connections to see, so the class takes them away itself."""

	@classmethod
	def setUpClass(cls):
		cls.started = now()
		super().setUpClass()
		cls.addClassCleanup(cls.take_away)
		frappe.db.commit()

	@classmethod
	def take_away(cls):
		tables = frappe.get_all(
			"DocField", {"parent": ("in", VOUCHERS), "fieldtype": "Table"}, pluck="options", distinct=True
		)
		take_away_since(cls.started, *VOUCHERS, *tables, *PARTIES)

	def tearDown(self):
		frappe.db.commit()
		frappe.db.savepoint("agency_test")  # the commits took the one of setUp
		super().tearDown()


def submit(payment: str):
	frappe.set_user("Administrator")
	frappe.get_doc("Payment Entry", payment).submit()


class TestReceiptsAtOnce(Committed, MoneyTestCase):
	def test_the_invoice_is_open_for_what_neither_has_paid(self):
		invoice = self.invoices["Buyer"]
		payments = [payment_of(invoice, amount, day(3, 10)).insert() for amount in (10.01, 20.02)]
		frappe.db.commit()
		frappe.db.get_value("Sales Invoice", invoice, "name", for_update=True)
		acts = [partial(submit, payment.name) for payment in payments]
		outcomes = at_once(*acts, held_at="UPDATE `tabSales Invoice`%")
		self.assertEqual([outcome.error for outcome in outcomes], [None, None])
		frappe.db.commit()  # to see what they wrote
		outstanding = frappe.db.get_value("Sales Invoice", invoice, "outstanding_amount")
		self.assertEqual(money(outstanding), Decimal("69969.97"))
		self.assertEqual(ledger.outstanding([self.deal])[self.deal], Decimal("104969.97"))


class TestApprovalsAtOnce(Committed, DealCase):
	"""A termination of a deal of which 4,776.00 are paid, once its manager has approved it."""

	def setUp(self):
		super().setUp()
		listing = factory.make_listing(
			"Live",
			maintainer=self.keeper.name,
			store=self.store.name,
			owners=[{"client": self.owner.name, "share": 100}],
		)
		self.deal = self.sign(listing=listing.name)
		fee = {"deal": self.deal.name, "side": "Buyer"}
		self.invoice = frappe.db.get_value("Deal Fee", fee, "sales_invoice")
		payment_of(self.invoice, 4776, getdate()).insert().submit()
		values = {"doctype": "Deal Termination", "deal": self.deal.name, "broken_by": "Buyer"}
		values |= {"broken_on": today(), "reason": "贷款未批"}
		with as_user(self.manager):
			self.ending = frappe.get_doc(values).insert()
			approve_termination(self.ending.name)
		frappe.db.commit()

	def approving(self, user: str):
		def act():
			frappe.set_user(user)
			approve_termination(self.ending.name)

		return act

	def test_a_receipt_at_the_moment_of_the_second_approval_goes_back_too(self):
		receipt = payment_of(self.invoice, 1000, getdate()).insert()
		frappe.db.commit()
		frappe.db.get_value("Sales Invoice", self.invoice, "name", for_update=True)
		acts = [partial(submit, receipt.name), self.approving(self.accountant)]
		outcomes = at_once(*acts, held_at="%tabSales Invoice%")
		self.assertEqual([outcome.error for outcome in outcomes], [None, None])
		frappe.db.commit()
		accruals.compare_or_hold(self.deal.name)  # as the job does, where one is left to it
		self.ending.reload()
		self.assertEqual(self.ending.refund_to_pay, 5776)

	def test_of_two_second_approvals_one_is_told_so(self):
		other = factory.make_user("Agency Accountant").name
		frappe.db.commit()
		frappe.db.get_value("Deal Termination", self.ending.name, "name", for_update=True)
		acts = [self.approving(self.accountant), self.approving(other)]
		outcomes = at_once(*acts, held_at="%FOR UPDATE")
		errors = [outcome.error for outcome in outcomes]
		self.assertEqual(errors.count(None), 1, errors)
		self.assertRegex(str(next(filter(None, errors))), "already carried out")
		frappe.db.commit()
		self.ending.reload()
		self.assertEqual(self.ending.refund_to_pay, 4776)

	def test_both_approve_at_one_moment(self):
		with as_user(self.manager):
			take_back_termination_approvals(self.ending.name)
		frappe.db.commit()
		frappe.db.get_value("Deal Termination", self.ending.name, "name", for_update=True)
		acts = [self.approving(self.accountant), self.approving(self.manager)]
		outcomes = at_once(*acts, held_at="%FOR UPDATE")
		self.assertEqual([outcome.error for outcome in outcomes], [None, None])
		frappe.db.commit()
		self.ending.reload()
		self.assertEqual(self.ending.refund_to_pay, 4776)
