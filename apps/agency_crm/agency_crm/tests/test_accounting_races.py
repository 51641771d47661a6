"""Two receipts on one invoice at the same moment, each on a connection of its own."""

from decimal import Decimal
from functools import partial

import frappe
from frappe.utils import now

from agency_crm.accounting import ledger
from agency_crm.tests.money import MoneyTestCase, day, money, payment_of
from agency_crm.tests.races import at_once
from agency_crm.tests.races_case import take_away_since

VOUCHERS = ("Sales Invoice", "Payment Entry", "Journal Entry", "GL Entry", "Payment Ledger Entry")
PARTIES = ("Customer", "Employee")


class TestReceiptsAtOnce(MoneyTestCase):
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

	def test_the_invoice_is_open_for_what_neither_has_paid(self):
		invoice = self.invoices["Buyer"]

		def submit(name: str):
			frappe.set_user("Administrator")
			frappe.get_doc("Payment Entry", name).submit()

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
