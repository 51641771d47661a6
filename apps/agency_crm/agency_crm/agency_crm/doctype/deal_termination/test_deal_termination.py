"""A signed deal that ends: two approvals, credit notes down to what is kept, refund, accruals, listing."""

from datetime import date
from decimal import Decimal

import frappe
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate, today

from agency_crm.accounting import journals, ledger, marks, settings
from agency_crm.api.deals.sheet import approve_termination, take_back_termination_approvals
from agency_crm.domain.money import exact
from agency_crm.services.commission import reconciliation
from agency_crm.services.deals import terminations
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.cases.money import payment_of, sign_deal
from agency_crm.tests.users import act, as_user


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

	def carried_out(self, **kept):
		"""The deal ended with this kept; flushed."""
		ending = self.end(**kept)
		foreseen = self.shown(self.manager, ending).refund_to_pay
		self.approve(self.manager, ending)
		self.approve(self.accountant, ending)
		marks.flush()
		self.assertEqual(exact(foreseen), exact(ending.refund_to_pay))
		return ending

	def shown(self, user: str, termination):
		"""A termination as its form shows it to a user."""
		doc = frappe.get_doc("Deal Termination", termination.name)
		with as_user(user):
			doc.run_method("onload")
		return doc

	def ledger(self) -> dict:
		sums = vars(ledger.sums([self.deal.name])[self.deal.name])
		return {
			name: sums[name] for name in ("invoiced", "credited", "received", "written_off", "unclassified")
		}

	def write_off(self, invoice: str, amount: float):
		accounts = settings.for_company(self.deal.company)
		client = {
			"party_type": "Customer",
			"party": frappe.db.get_value("Sales Invoice", invoice, "customer"),
		}
		journals.post(
			self.deal.company,
			getdate(),
			[
				journals.Line(accounts.write_off, exact(amount)),
				journals.Line(accounts.receivable, -exact(amount), invoice=invoice, **client),
			],
			"坏账",
			settings.cost_center(self.deal.store, self.deal.company),
		)
		marks.flush()

	def credit_by_hand(self, invoice: str, amount: float, **fields):
		note = make_return_doc("Sales Invoice", invoice)
		note.items[0].update({"qty": -1, "rate": amount, "price_list_rate": amount})
		note.update({"update_outstanding_for_self": 1, "deal": None, "deal_fee": None, **fields})
		note.insert()
		note.submit()
		marks.flush()
		return note

	def bill_by_hand(self, amounts: tuple, customer: str | None = None, **fields):
		"""An invoice copied from the buyer's, of items of these amounts."""
		invoice = frappe.copy_doc(frappe.get_doc("Sales Invoice", self.invoices["Buyer"]))
		item = invoice.items[0].as_dict(no_default_fields=True)
		rows = [{**item, "rate": amount, "price_list_rate": amount} for amount in amounts]
		invoice.set("items", [])
		for row in rows:
			invoice.append("items", row)
		invoice.update(
			{"docstatus": 0, "customer": customer or invoice.customer, "set_posting_time": 1, **fields}
		)
		invoice.insert()
		invoice.submit()
		marks.flush()
		return invoice.name

	def amend_buyers(self, amounts: tuple, **fields):
		"""The buyer's invoice, cancelled and replaced by one of these amounts for the same fee."""
		old = frappe.get_doc("Sales Invoice", self.invoices["Buyer"])
		old.cancel()
		return self.bill_by_hand(amounts, deal=old.deal, deal_fee=old.deal_fee, **fields)

	def test_what_is_kept_stays_open_on_the_invoice(self):
		"""10,000.00 of 70,000.00 are paid and 20,000.00 kept: the other 10,000.00 are still to be received."""
		self.pay(self.invoices["Buyer"], 10000)
		self.assertEqual(self.carried_out(kept_buyer=20000).refund_to_pay, 0)
		asked = {"return_against": self.invoices["Buyer"], "docstatus": 1}
		note = frappe.get_doc("Sales Invoice", asked)
		is_open = frappe.db.get_value("Sales Invoice", self.invoices["Buyer"], "outstanding_amount")
		self.assertEqual((note.grand_total, note.outstanding_amount, is_open), (-50000, 0, 10000))
		self.pay(self.invoices["Buyer"], 10000)

	def test_what_was_written_off_is_not_paid_back(self):
		self.pay(self.invoices["Buyer"], 40000)
		self.write_off(self.invoices["Buyer"], 30000)
		self.write_off(self.invoices["Seller"], 35000)
		self.assertEqual(self.carried_out().refund_to_pay, 40000)
		self.assertEqual(
			self.ledger(),
			{"invoiced": 105000, "credited": 105000, "received": 40000, "written_off": 0, "unclassified": 0},
		)

	def test_a_credit_note_that_names_no_deal_counts(self):
		self.pay(self.invoices["Buyer"], 70000)
		self.credit_by_hand(self.invoices["Buyer"], 20000)
		self.assertEqual(self.carried_out(kept_buyer=10000).refund_to_pay, 60000)
		self.assertEqual(self.ledger()["credited"], 95000)

	def test_a_credit_note_is_of_its_invoices_deal(self):
		other = self.sign_another()
		with self.assertRaisesRegex(frappe.ValidationError, "is of the deal"):
			self.credit_by_hand(self.invoices["Buyer"], 8000, deal=other)
		note = self.credit_by_hand(self.invoices["Buyer"], 8000)
		self.assertEqual((note.deal, bool(note.deal_fee)), (self.deal.name, True))
		note.db_set("deal", other)  # as one made before it was refused
		sums = ledger.sums([self.deal.name, other])
		self.assertEqual(sums[self.deal.name].commissionable_net_credited, Decimal("7547.17"))
		self.assertEqual(sums[other].commissionable_net_credited, 0)

	def sign_another(self) -> str:
		agents = {name: self.agent for name in "ABCE"}
		return sign_deal(agents)

	def test_each_payer_gets_back_what_they_paid_too_much(self):
		"""A second buyer who has paid nothing, and a buyer who pays the seller's fee as well."""
		second = frappe.copy_doc(frappe.get_doc("Customer", self.customer("Buyer"))).insert().name
		self.amend_buyers((40000,))
		fee = frappe.get_doc("Deal Fee", {"deal": self.deal.name, "side": "Buyer"})
		more = frappe.copy_doc(fee)
		more.name = frappe.generate_hash(length=8)
		more.db_insert()  # signed deals' fees are frozen
		self.bill_by_hand((30000,), customer=second, deal=self.deal.name, deal_fee=more.name)
		self.pay(fee.sales_invoice, 40000)
		self.assertEqual(self.carried_out(kept_buyer=35000).refund_to_pay, 20000)

	def test_one_payer_of_both_sides_gets_back_the_rest(self):
		seller = frappe.get_doc("Sales Invoice", self.invoices["Seller"])
		seller.cancel()
		buyer = self.customer("Buyer")
		self.bill_by_hand((35000,), customer=buyer, deal=self.deal.name, deal_fee=seller.deal_fee)
		self.pay(self.invoices["Buyer"], 70000)
		self.assertEqual(self.carried_out(kept_seller=10000).refund_to_pay, 60000)

	def test_what_settled_a_cancelled_invoice_goes_back(self):
		self.pay(self.invoices["Buyer"], 70000)
		self.amend_buyers((70000,))
		self.assertEqual(self.carried_out(kept_buyer=10000).refund_to_pay, 60000)

	def test_one_that_can_no_longer_be_carried_out_is_corrected(self):
		"""All was to be kept, and 1,000.00 were credited before the approvals."""
		ending = self.end(kept_buyer=70000)
		self.approve(self.manager, ending)
		self.credit_by_hand(self.invoices["Buyer"], 1000)
		with self.assertRaisesRegex(frappe.ValidationError, "69000.00 is billed"):
			self.approve(self.accountant, ending)
		with as_user(self.agent.user), self.assertRaises(frappe.PermissionError):
			take_back_termination_approvals(ending.name)
		with as_user(self.manager):
			take_back_termination_approvals(ending.name)
			ending.reload()
			ending.kept_buyer = 69000
			ending.save()
		with as_user(self.accountant), self.assertRaisesRegex(frappe.ValidationError, "Nobody has approved"):
			take_back_termination_approvals(ending.name)
		self.approve(self.manager, ending)
		self.approve(self.accountant, ending)
		self.assertIsNotNone(ending.executed_on)
		with as_user(self.manager), self.assertRaises(frappe.ValidationError):
			take_back_termination_approvals(ending.name)

	def test_a_credit_note_of_no_invoice_is_no_obstacle(self):
		"""As one made before its fee was asked for."""
		note = make_return_doc("Sales Invoice", self.invoices["Buyer"])
		note.items[0].update({"rate": 1000, "price_list_rate": 1000})
		note.update({"return_against": None, "deal": None, "deal_fee": None})
		note.insert()
		note.submit()
		note.db_set("deal", self.deal.name)
		self.carried_out(kept_buyer=10000)
		self.assertEqual(self.ledger()["credited"], 95000)

	def customer(self, side: str) -> str:
		return frappe.db.get_value("Sales Invoice", self.invoices[side], "customer")

	def test_an_invoice_of_several_items_is_credited_to_what_is_kept(self):
		self.pay(self.amend_buyers((60000, 10000)), 40000)
		self.assertEqual(self.carried_out(kept_buyer=10000).refund_to_pay, 30000)
		self.assertEqual(self.ledger()["credited"], 95000)

	def test_an_invoice_with_a_discount_is_credited_to_what_is_kept(self):
		discounted = self.amend_buyers((70000,), apply_discount_on="Grand Total", discount_amount=5000)
		self.pay(discounted, 40000)
		self.assertEqual(self.carried_out(kept_buyer=10000).refund_to_pay, 30000)
		self.assertEqual(self.ledger()["credited"], 90000)

	def test_an_invoice_of_no_fee_is_credited_whole(self):
		name = self.bill_by_hand((10600,), deal=None, deal_fee=None)
		frappe.db.set_value("Sales Invoice", name, "deal", self.deal.name)  # as before its fee was asked for
		self.pay(name, 10600)
		self.assertEqual(self.carried_out().refund_to_pay, 10600)
		self.assertEqual(self.ledger()["credited"], 115600)

	def notes(self) -> list:
		found = {"deal": self.deal.name, "is_return": 1, "docstatus": 1}
		names = frappe.get_all("Sales Invoice", found, pluck="name")
		return [frappe.get_doc("Sales Invoice", name) for name in names]

	def test_the_manager_may_be_the_second_to_approve(self):
		self.pay(self.invoices["Buyer"], 70000)
		ending = self.end(kept_buyer=10000)
		self.approve(self.accountant, ending)
		self.approve(self.manager, ending)
		self.assertEqual(ending.refund_to_pay, 60000)
		self.assertEqual({note.owner for note in self.notes()}, {self.manager})

	def test_what_it_was_carried_out_with_is_not_cancelled(self):
		"""Neither its credit notes, nor one of before, nor an invoice that was kept whole; a note of after is."""
		self.pay(self.invoices["Buyer"], 70000)
		early = self.credit_by_hand(self.invoices["Buyer"], 1000)
		ending = self.carried_out(kept_seller=35000)
		notes = self.notes()
		self.assertIn(early.name, {note.name for note in notes})
		self.assertEqual(len(notes), 2)
		for doc in (*notes, frappe.get_doc("Sales Invoice", self.invoices["Seller"])):
			with self.subTest(doc.name), self.assertRaisesRegex(frappe.ValidationError, ending.name):
				doc.reload()
				doc.cancel()
		late = self.credit_by_hand(self.invoices["Seller"], 500)
		late.cancel()
		self.assertEqual(self.ledger()["credited"], 70000)

	def test_what_comes_after_it_goes_back_too(self):
		"""A receipt that another had begun when it was carried out, and what was paid back since."""
		self.pay(self.invoices["Buyer"], 60000)
		receipt = payment_of(self.invoices["Buyer"], 1000, getdate())
		receipt.insert()
		ending = self.carried_out(kept_buyer=10000)
		self.assertEqual(ending.refund_to_pay, 50000)
		frappe.flags.agency_marks = None
		receipt.db_set("docstatus", 1)
		receipt.make_gl_entries()
		marks.flush()
		ending.reload()
		self.assertEqual(ending.refund_to_pay, 51000)
		self.pay(self.note_of("Buyer"), -50000)
		ending.reload()
		self.assertEqual(ending.refund_to_pay, 51000)

	def on_account(self, amount: float, **fields):
		"""Money of the buyer that settles nothing."""
		accounts = settings.for_company(self.deal.company)
		payment = frappe.new_doc("Payment Entry")
		payment.update({"company": self.deal.company, "payment_type": "Receive", "posting_date": getdate()})
		payment.update({"party_type": "Customer", "party": self.customer("Buyer"), **fields})
		payment.update({"paid_from": accounts.receivable, "paid_to": accounts.default_bank})
		payment.update({"paid_amount": amount, "received_amount": amount, "reference_no": "1"})
		payment.update({"reference_date": getdate(), "source_exchange_rate": 1, "target_exchange_rate": 1})
		payment.insert()
		payment.submit()
		marks.flush()
		return payment

	def assert_refund(self, ending, amount: float):
		ending.reload()
		self.assertEqual(ending.refund_to_pay, amount)

	def test_money_on_account_after_it_goes_back_too(self):
		self.pay(self.invoices["Buyer"], 70000)
		ending = self.carried_out(kept_buyer=15000)
		self.assert_refund(ending, 55000)
		named = self.on_account(3000, deal=self.deal.name)
		self.assert_refund(ending, 58000)
		self.on_account(500)  # of the payer's newest deal
		self.assert_refund(ending, 58500)
		named.cancel()
		marks.flush()
		self.assert_refund(ending, 55500)

	def test_all_of_what_comes_after_a_part_was_paid_back_goes_back(self):
		self.pay(self.invoices["Buyer"], 70000)
		ending = self.carried_out(kept_buyer=15000)
		self.pay(self.note_of("Buyer"), -20000)
		self.assert_refund(ending, 55000)
		late = self.on_account(3000, deal=self.deal.name)
		self.assert_refund(ending, 58000)
		self.pay(self.note_of("Buyer"), -35000)
		self.assert_refund(ending, 58000)
		late.reload()
		late.cancel()
		marks.flush()
		self.assert_refund(ending, 55000)

	def test_what_was_paid_back_before_it_is_not_paid_back_again(self):
		self.pay(self.invoices["Buyer"], 70000)
		note = self.credit_by_hand(self.invoices["Buyer"], 1000)
		self.pay(note.name, -1000)
		ending = self.carried_out(kept_buyer=15000)
		self.assert_refund(ending, 54000)
		self.pay(self.note_of("Buyer", but=note.name), -54000)
		self.assert_refund(ending, 54000)

	def test_a_receipt_that_is_cancelled_is_not_paid_back(self):
		ending = self.carried_out()
		late = self.on_account(1000, deal=self.deal.name)
		self.assert_refund(ending, 1000)
		late.cancel()
		marks.flush()
		self.assert_refund(ending, 0)

	def test_money_moved_between_two_payers_is_refunded_to_the_second(self):
		self.pay(self.invoices["Buyer"], 70000)
		self.move(5000, self.invoices["Buyer"], self.invoices["Seller"])
		self.assertEqual(self.carried_out(kept_seller=5000).refund_to_pay, 65000)

	def test_debt_moved_between_two_payers_is_no_money(self):
		self.move(5000, self.invoices["Buyer"], self.invoices["Seller"])
		self.assertEqual(self.ledger()["unclassified"], 0)
		self.assertEqual(self.carried_out(kept_seller=5000).refund_to_pay, 0)

	def move(self, amount: float, source: str, to: str):
		receivable = settings.for_company(self.deal.company).receivable
		lines = [
			journals.Line(
				receivable,
				exact(change),
				invoice=invoice,
				party_type="Customer",
				party=frappe.db.get_value("Sales Invoice", invoice, "customer"),
			)
			for invoice, change in ((source, amount), (to, -amount))
		]
		center = settings.cost_center(self.deal.store, self.deal.company)
		journals.post(self.deal.company, getdate(), lines, "转款", center)
		marks.flush()

	def note_of(self, side: str, but: str = "") -> str:
		of = {"return_against": self.invoices[side], "docstatus": 1, "name": ("!=", but)}
		return frappe.db.get_value("Sales Invoice", of, "name")

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

	def test_the_form_shows_the_refund_before_and_offers_approval_to_whose_turn_it_is(self):
		self.pay(self.invoices["Buyer"], 70000)
		ending = self.end(kept_buyer=10000)

		def turns() -> list[bool]:
			users = (self.manager, self.accountant, self.agent.user)
			return [bool((self.shown(user, ending).get_onload() or {}).get("may_approve")) for user in users]

		self.assertEqual(exact(self.shown(self.accountant, ending).refund_to_pay), 60000)
		self.assertEqual(turns(), [True, True, False])
		self.approve(self.manager, ending)
		self.assertEqual(turns(), [False, True, False])
		self.assertEqual(exact(self.shown(self.accountant, ending).refund_to_pay), 60000)
		self.approve(self.accountant, ending)
		self.assertEqual(turns(), [False, False, False])
		self.assertEqual(exact(self.shown(self.accountant, ending).refund_to_pay), 60000)

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
