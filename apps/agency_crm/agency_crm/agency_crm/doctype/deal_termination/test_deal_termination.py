"""A signed deal that ends: two approvals, credit notes down to what is kept, refund, accruals, listing."""

from datetime import date
from decimal import Decimal

import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate, today

from agency_crm.accounting import marks
from agency_crm.api.deals import approve_termination
from agency_crm.domain.money import exact
from agency_crm.services import reconciliation, terminations
from agency_crm.tests.deal_case import DealCase, act, as_user
from agency_crm.tests.money import payment_of


class TestTermination(DealCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.deal = cls.sign()
		cls.invoices = dict(
			frappe.get_all("Deal Fee", {"deal": cls.deal.name}, ["side", "sales_invoice"], as_list=True)
		)

	def tearDown(self):
		super().tearDown()
		frappe.flags.agency_marks = None

	def end(self, user: str | None = None, **fields):
		"""A termination of the deal, recorded by its manager: the buyer broke it, nothing is kept."""
		values = {"doctype": "Deal Termination", "deal": self.deal.name, "broken_by": "Buyer"}
		values |= {"broken_on": today(), "reason": "贷款未批"}
		with as_user(user or self.manager):
			return frappe.get_doc({**values, **fields}).insert()

	def approve(self, user: str, termination):
		with as_user(user):
			approve_termination(termination.name)
		termination.reload()

	def pay(self, invoice: str, amount: float):
		payment = payment_of(invoice, amount, getdate())
		payment.insert()
		payment.submit()
		marks.flush()

	def test_it_credits_down_to_what_is_kept_and_frees_the_listing(self):
		self.pay(self.invoices["Buyer"], 70000)
		ending = self.end(kept_buyer=10000)
		self.assertEqual(frappe.db.get_value("Deal", self.deal.name, "phase"), "Closing")
		self.assertEqual(ending.prepared_by, self.manager)
		self.approve(self.manager, ending)
		self.assertIsNone(ending.executed_on)
		self.approve(self.accountant, ending)
		self.assertIsNotNone(ending.executed_on)

		notes = {
			frappe.db.get_value("Deal Fee", note.deal_fee, "side"): note
			for note in frappe.get_all(
				"Sales Invoice",
				{"deal": self.deal.name, "is_return": 1, "docstatus": 1},
				["name", "deal_fee", "grand_total"],
			)
		}
		self.assertEqual(
			{side: note.grand_total for side, note in notes.items()}, {"Buyer": -60000, "Seller": -35000}
		)
		# the seller, who has paid nothing, gets nothing back
		self.assertEqual(ending.refund_to_pay, 60000)
		self.assertEqual(
			getdate(ending.refund_due_on), terminations.working_day(getdate(), 3, self.deal.company)
		)
		deal = frappe.get_doc("Deal", self.deal.name)
		self.assertEqual((deal.phase, deal.docstatus, deal.live_listing), ("Dead", 1, None))
		self.assertEqual(self.listing_phase(), "Live")

		marks.flush()
		self.pay(notes["Buyer"].name, -60000)
		row = reconciliation.deal_rows([self.deal.name])[0]
		for field in reconciliation.DIFFERENCES:
			self.assertEqual(exact(row.get(field)), 0, field)
		# 70,000.00 less 60,000.00, each net of 6 %: 66,037.74 - 56,603.77
		deal.reload()
		self.assertEqual(exact(deal.realised), Decimal("9433.97"))
		self.assertEqual(exact(deal.received), Decimal("10000.00"))
		realised = frappe.get_all("Deal Split", {"deal": deal.name, "kind": "Split"}, pluck="realised")
		self.assertEqual(sum(map(exact, realised)), Decimal("9433.97"))

	def test_a_new_deal_takes_the_listing_again(self):
		ending = self.end()
		self.approve(self.manager, ending)
		self.approve(self.accountant, ending)
		self.assertEqual(ending.refund_to_pay, 0)
		self.assertEqual(self.review().live_listing, self.listing.name)

	def test_the_listing_may_be_withdrawn(self):
		ending = self.end(listing_goes="Withdrawn")
		self.approve(self.manager, ending)
		self.approve(self.accountant, ending)
		listing = frappe.get_doc("Listing", self.listing.name)
		self.assertEqual((listing.status, listing.status_reason), ("Withdrawn", "贷款未批"))

	def test_two_people_approve_it_neither_a_sharer(self):
		ending = self.end(self.accountant)
		for user in (self.agent.user, self.keeper.user):
			with self.assertRaises(frappe.PermissionError):
				self.approve(user, ending)
		self.approve(self.manager, ending)
		with self.assertRaises(frappe.PermissionError):
			self.approve(self.manager, ending)
		with as_user(self.manager), self.assertRaises(frappe.ValidationError):
			ending.kept_buyer = 70000
			ending.save()
		with as_user(self.manager), self.assertRaises(frappe.ValidationError):
			apply_workflow(frappe.get_doc("Deal", self.deal.name).as_dict(), "Confirm Termination")
		ending.reload()
		self.assertIsNone(ending.accountant_approved_by)
		self.approve(self.accountant, ending)
		self.assertEqual(ending.accountant_approved_by, self.accountant)

	def test_what_is_kept_and_when(self):
		for wrong in (
			{"kept_buyer": 70000.01},
			{"kept_seller": 35000.01},
			{"broken_on": add_days(today(), 1)},
			{"deadline": add_days(today(), -1)},
		):
			with self.subTest(wrong), self.assertRaises(frappe.ValidationError):
				self.end(**wrong)

	def test_it_is_the_only_way_and_is_kept(self):
		with self.assertRaises(frappe.ValidationError):
			act(self.manager, self.deal, "Terminate")
		ending = self.end()
		self.assertRaises(frappe.ValidationError, ending.delete)
		self.assertRaises(frappe.ValidationError, self.end)

	def test_a_completed_deal_is_not_terminated(self):
		act(self.manager, self.deal, "Start Transfer")
		act(self.manager, self.deal, "Complete")
		self.assertRaisesRegex(frappe.ValidationError, "completed", self.end)

	def test_working_days_by_the_companys_holidays(self):
		company, friday = self.deal.company, date(2026, 11, 27)
		frappe.db.set_value("Company", company, "default_holiday_list", None)
		self.assertEqual(terminations.working_day(friday, 3, company), date(2026, 12, 2))
		holidays = frappe.get_doc(
			{
				"doctype": "Holiday List",
				"holiday_list_name": frappe.generate_hash(length=8),
				"from_date": "2026-01-01",
				"to_date": "2026-12-31",
				"holidays": [{"holiday_date": f"2026-11-{day}", "description": "休"} for day in (28, 29, 30)],
			}
		).insert()
		frappe.db.set_value("Company", company, "default_holiday_list", holidays.name)
		self.assertEqual(terminations.working_day(friday, 3, company), date(2026, 12, 3))
