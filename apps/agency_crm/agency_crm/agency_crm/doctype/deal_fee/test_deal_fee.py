"""What a fee comes to, who pays it, and when it is frozen."""

import frappe

from agency_crm.tests import factory
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.users import act, as_user


class TestDealFee(DealCase):
	def test_amounts_follow_the_price(self):
		deal = self.make_deal()
		deal.deal_price = 4000000
		deal.save()
		amounts = frappe.get_all("Deal Fee", {"deal": deal.name}, pluck="amount", order_by="creation")
		self.assertEqual(amounts, [80000, 40000])

	def test_a_discount_is_taken_off_once_and_approved_by_the_manager(self):
		deal = self.make_deal()
		fee = frappe.get_doc("Deal Fee", {"deal": deal.name, "side": "Buyer"})
		fee.discount = 1000
		fee.save()
		fee.due_on = "2030-01-01"
		fee.save()
		fee.basis = "Amount"
		fee.save()
		self.assertEqual((fee.amount, fee.discount_approved_by), (69000, None))
		act(self.agent.user, deal, "Submit for Review")
		act(self.manager, deal, "Approve")
		fee.reload()
		self.assertEqual(fee.discount_approved_by, self.manager)
		with as_user(self.accountant):
			fee.discount = 2000
			fee.save()
		self.assertEqual((fee.amount, fee.discount_approved_by), (68000, None))
		with self.assertRaisesRegex(frappe.ValidationError, "discount"):
			act(self.accountant, deal, "Approve and Sign")

	def test_a_discount_above_the_fee_is_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "discount"):
			factory.make_fee(self.make_deal(), discount=70000.01)

	def test_the_payer_is_a_party(self):
		deal = self.make_deal()
		stranger = factory.make_client(agent=self.agent.name)
		with self.assertRaises(frappe.ValidationError):
			factory.make_fee(deal, payer=stranger.name)
		self.assertEqual(factory.make_fee(deal, "Seller", payer=self.client.name).amount, 35000)

	def test_money_passed_through_counts_for_no_commission(self):
		fee = factory.make_fee(self.make_deal(), fee_type="Pass-through", basis="Amount", amount=500)
		self.assertEqual((fee.amount, fee.commissionable), (500, 0))

	def test_a_lease_is_billed_in_months(self):
		landlord = factory.make_client(agent=self.keeper.name, is_landlord=1)
		listing = factory.make_listing(
			"Live",
			listing_type="Lease",
			maintainer=self.keeper.name,
			owners=[{"client": landlord.name, "share": 100}],
		)
		deal = factory.make_deal(listing=listing.name, agent=self.agent.name)
		self.assertEqual(factory.make_fee(deal).amount, 2750)
		self.assertRaises(frappe.ValidationError, factory.make_fee, deal, rate=0)

	def test_in_review_only_reviewers_change_it_and_after_signing_nobody(self):
		deal = self.review()
		fee = frappe.get_doc("Deal Fee", {"deal": deal.name, "side": "Buyer"})
		fee.rate = 1.5
		with as_user(self.agent.user):
			self.assertRaises(frappe.PermissionError, fee.save)
		with as_user(self.manager):
			fee.reload()
			fee.rate = 1.5
			fee.save()
		act(self.manager, deal, "Approve")
		act(self.accountant, deal, "Approve and Sign")
		fee.reload()
		fee.rate = 1
		self.assertRaisesRegex(frappe.ValidationError, "frozen", fee.save)
		self.assertRaisesRegex(frappe.ValidationError, "frozen", fee.delete)
		self.assertRaisesRegex(frappe.ValidationError, "frozen", factory.make_fee, deal)
