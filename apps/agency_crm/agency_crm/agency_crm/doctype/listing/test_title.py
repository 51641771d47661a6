"""What the title facts of a listing block, on a real site."""

import frappe
from frappe.utils import getdate, today

from agency_crm.framework import workflow_guard
from agency_crm.services.deals import record as deals
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.cases.listings import ListingCase


class TestTitle(ListingCase):
	def test_a_sealed_home_does_not_come_onto_the_market(self):
		listing = self.make(sealed=1)
		with self.assertRaisesRegex(frappe.ValidationError, "on hold first"):
			workflow_guard.move(listing, "Live")
		listing.reload()
		listing.sealed = 0
		listing.save()
		workflow_guard.move(listing, "Live")
		self.assertEqual(listing.phase, "Live")

	def test_one_on_the_market_is_put_on_hold_before_its_seal_is_noted(self):
		listing = self.make(phase="Live")
		listing.sealed = 1
		with self.assertRaisesRegex(frappe.ValidationError, listing.name):
			listing.save()
		listing.reload()
		workflow_guard.move(listing, "Held")
		listing.sealed = 1
		listing.save()
		with self.assertRaises(frappe.ValidationError):
			workflow_guard.move(listing, "Live")

	def test_a_day_of_one_s_own_has_its_reason_at_once_and_its_paper_on_the_market(self):
		dates = {"certificate_date": "2020-05-01", "deed_tax_date": "2019-12-01"}
		self.assertIn(
			"Why Held Since Differs", self.refused(frappe.MandatoryError, **dates, held_since="2015-01-01")
		)
		listing = self.make(**dates, held_since="2015-01-01", held_since_reason="房改房，以购房合同为准")
		with self.assertRaisesRegex(frappe.MandatoryError, "Holding Paper"):
			workflow_guard.move(listing, "Live")
		listing.reload()
		listing.held_since = None
		listing.certificate_date = "2018-01-01"
		listing.save()
		self.assertEqual(getdate(listing.held_since), getdate("2018-01-01"))
		self.assertFalse(listing.held_since_reason)

	def test_the_statement_of_an_only_home_is_dated(self):
		listing = self.make(sole_home=1)
		self.assertEqual(getdate(listing.sole_home_on), getdate(today()))
		listing.sole_home = 0
		listing.save()
		self.assertFalse(listing.sole_home_on)


class TestTitleInDeals(DealCase):
	def test_a_sale_under_a_lease_waits_for_the_tenant(self):
		deal = self.make_deal()
		frappe.db.set_value("Listing", self.listing.name, {"leased": 1, "tenant_waived": 0})
		with self.assertRaisesRegex(frappe.ValidationError, "tenant has signed"):
			workflow_guard.move(deal, deals.HELD)
		deal.reload()
		frappe.db.set_value("Listing", self.listing.name, "tenant_waived", 1)
		workflow_guard.move(deal, deals.HELD)
		self.assertEqual(deal.phase, deals.HELD)

	def test_no_deal_goes_on_with_a_sealed_home_and_it_comes_back_on_hold(self):
		deal = self.make_deal()
		frappe.db.set_value("Listing", self.listing.name, "sealed", 1)
		with self.assertRaisesRegex(frappe.ValidationError, "sealed"):
			workflow_guard.move(deal, deals.HELD)
		frappe.db.set_value("Listing", self.listing.name, "sealed", 0)
		deal.reload()
		workflow_guard.move(deal, deals.HELD)
		frappe.db.set_value("Listing", self.listing.name, "sealed", 1)
		workflow_guard.move(deal, deals.DEAD, reason="查封")
		self.assertEqual(frappe.db.get_value("Listing", self.listing.name, "phase"), "Held")
