"""The tree of stores: each of a company, with a cost centre of it, on a real site."""

import frappe

from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestStore(AgencyTestCase):
	def test_a_store_hangs_below_a_group(self):
		region = factory.make_store(is_group=1)
		store = factory.make_store(parent=region.name)
		region.reload()
		self.assertTrue(region.lft < store.lft < store.rgt < region.rgt)
		with self.assertRaisesRegex(frappe.ValidationError, f"{store.name}.*is not a group"):
			factory.make_store(parent=store.name)

	def test_what_it_doesn_t_say_it_takes_from_above(self):
		region = factory.make_store(is_group=1, territory=factory.make_territory().name)
		values = {"store_name": f"Store {frappe.generate_hash(length=8)}", "parent_store": region.name}
		store = frappe.get_doc({"doctype": "Store", **values}).insert()
		self.assertEqual((store.company, store.territory), (region.company, region.territory))

	def test_its_cost_centre_is_of_its_company_and_no_group(self):
		company = factory.make_store().company
		group = frappe.db.get_value("Cost Center", {"company": company, "is_group": 1})
		with self.assertRaisesRegex(frappe.ValidationError, "must be a cost centre"):
			factory.make_store(cost_center=group)

	def test_a_store_with_agents_is_not_deleted(self):
		agent = factory.make_agent()
		self.assertRaises(frappe.LinkExistsError, frappe.delete_doc, "Store", agent.store)
