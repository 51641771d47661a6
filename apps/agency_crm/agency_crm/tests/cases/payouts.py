"""What the tests of payouts and statements share: March, received and confirmed."""

from decimal import Decimal

import frappe
from frappe.utils import now_datetime

from agency_crm.tests.cases.money import PayoutTestCase, day, money


class PayoutCase(PayoutTestCase):
	"""March of case 2 received; every row confirmed but where a test says otherwise."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agents["C"].db_set("tax_method", "Labour Service")
		cls.pay("Buyer", 40000, day(3, 10))
		cls.pay("Seller", 35000, day(3, 25))
		frappe.db.set_value("Deal Split", {"deal": cls.deal}, "confirmed_on", now_datetime())
		cls.employees = {
			name: frappe.db.get_value("Agent", agent.name, "employee") for name, agent in cls.agents.items()
		}

	def prepare(self, period_end=None, **deductions):
		"""A draft payout by the accountant; deductions are {letter: {field: amount}}."""
		payout = self.draft(period_end)
		with self.set_user(self.accountant):
			for name, fields in deductions.items():
				self.row(payout, name).update(fields)
			payout.save()
		return payout

	def row(self, payout, name: str):
		return next(row for row in payout.rows if row.party == self.employees[name])

	def assert_row(self, payout, name: str, **figures: str):
		row = self.row(payout, name)
		found = {field: money(row.get(field)) for field in figures}
		self.assertEqual(found, {field: Decimal(amount) for field, amount in figures.items()})
