"""A template is whole, and the one in force at the deal's day and place is taken."""

import frappe
from frappe.utils import add_days, today

from agency_crm.services.commission import splits
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestSplitTemplate(AgencyTestCase):
	def test_it_is_whole(self):
		for rows in (
			(("Closing", 90, None),),
			(("Closing", 50, None), ("Closing", 50, None)),
			(("Entry", 50, "Closing"), ("Closing", 50, "Entry")),
			(("Closing", 100, "Key"),),
		):
			with self.subTest(rows), self.assertRaises(frappe.ValidationError):
				factory.make_split_template(*rows)

	def test_it_does_not_end_before_it_begins(self):
		with self.assertRaisesRegex(frappe.ValidationError, "before"):
			factory.make_split_template(effective_to="1999-12-31")

	def test_the_nearest_in_force_is_taken(self):
		place = factory.make_territory()
		listing = factory.make_listing(estate=factory.make_estate(territory=place.name).name)
		deal = frappe._dict(deal_type="Sale", listing=listing.name, signed_on=today())
		everywhere = factory.make_split_template(effective_from=today())
		self.assertEqual(splits.template_for(deal), everywhere.name)
		here = factory.make_split_template(territory=place.name)
		factory.make_split_template(territory=factory.make_territory().name, effective_from=today())
		factory.make_split_template(territory=place.name, effective_from=add_days(today(), 1))
		factory.make_split_template(territory=place.name, effective_to=add_days(today(), -1))
		factory.make_split_template(territory=place.name, effective_from=today(), disabled=1)
		factory.make_split_template(territory=place.name, effective_from=today(), deal_type="Lease")
		self.assertEqual(splits.template_for(deal), here.name)

	def test_none_in_force_is_said(self):
		listing = factory.make_listing()
		deal = frappe._dict(deal_type="Sale", listing=listing.name, signed_on="1999-12-31")
		with self.assertRaisesRegex(frappe.ValidationError, "administrator"):
			splits.template_for(deal)
