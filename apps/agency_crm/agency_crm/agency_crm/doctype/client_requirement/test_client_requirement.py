"""What a client looks for, on a real site."""

import frappe

from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestClientRequirement(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = factory.make_agent()
		cls.client = factory.make_client(agent=cls.agent.name)

	def test_a_requirement_makes_a_client_interested(self):
		with as_user(self.agent.user):
			requirement = factory.make_requirement(self.client.name)
		self.assertEqual(requirement.client_name, self.client.client_name)
		self.assertEqual(frappe.db.get_value("Client", self.client.name, "stage"), "Interested")

	def test_the_upper_end_of_a_range_is_not_below_its_lower_end(self):
		for low, high in (
			("budget_min", "budget_max"),
			("bedrooms_min", "bedrooms_max"),
			("area_min", "area_max"),
		):
			label = frappe.get_meta("Client Requirement").get_label(high)
			with self.assertRaisesRegex(frappe.ValidationError, label.split(" (")[0]):
				factory.make_requirement(self.client.name, **{low: 3, high: 2})
			factory.make_requirement(self.client.name, **{low: 3, high: 3})

	def test_a_range_may_be_open_but_a_budget_is_needed(self):
		factory.make_requirement(self.client.name, budget_min=0)
		factory.make_requirement(self.client.name, budget_max=0)
		with self.assertRaisesRegex(frappe.ValidationError, "Budget"):
			factory.make_requirement(self.client.name, budget_min=0, budget_max=0)

	def test_what_is_asked_for_is_kept_in_the_words_of_the_options(self):
		typed = {"decorations": "精装、豪装", "property_types": "住宅", "orientations": "朝南，东南"}
		requirement = factory.make_requirement(self.client.name, **typed)
		kept = (requirement.decorations, requirement.property_types, requirement.orientations)
		self.assertEqual(kept, ("Fine, Luxury", "Residential", "南 东南"))
		with self.assertRaisesRegex(frappe.ValidationError, "Decorations.*新装"):
			factory.make_requirement(self.client.name, decorations="新装")

	def test_nothing_is_below_zero(self):
		with self.assertRaisesRegex(frappe.ValidationError, "below zero"):
			factory.make_requirement(self.client.name, budget_min=-1)

	def test_what_the_system_notes_is_not_typed(self):
		"""Nor is the client's name, which follows the client."""
		typed = {"match_count": 9, "match_best": 99, "matched_on": "2020-01-01", "client_name": "别人"}
		with as_user(self.agent.user):
			requirement = factory.make_requirement(self.client.name, **typed)
			requirement.update(typed).save()
		kept = (requirement.match_count, requirement.match_best, requirement.matched_on)
		self.assertEqual(kept, (0, 0, None))
		self.assertEqual(requirement.client_name, self.client.client_name)

	def test_a_client_one_may_not_see_is_refused(self):
		with as_user(factory.make_agent().user):
			self.assertRaises(frappe.PermissionError, factory.make_requirement, self.client.name)
