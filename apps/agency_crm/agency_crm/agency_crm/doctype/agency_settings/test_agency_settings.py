"""The page of every rule that differs by agency, on a real site."""

import frappe

from agency_crm.patches.v1_0 import ask_for_evidence, make_grading_defaults
from agency_crm.services.desk.boot import add_to_boot
from agency_crm.setup import defaults
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestAgencySettings(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		self.settings = frappe.get_doc("Agency Settings")

	def test_a_new_site_has_the_rules_of_the_trade(self):
		expected = {
			"ask_unit_above": 20000,
			"client_protection_days": 15,
			"draft_lapse_hours": 72,
			"role_min_hours": 24,
			"first_viewing_days": 15,
			"refund_days": 3,
			"split_base": "Net of VAT",
		}
		fresh = frappe.new_doc("Agency Settings")
		self.assertEqual(
			{field: type(value)(fresh.get(field)) for field, value in expected.items()}, expected
		)

	def test_a_rule_of_a_newer_version_gets_its_default_and_a_kept_one_stays(self):
		self.settings.update({"split_confirm_days": 0})
		self.settings.save()
		frappe.db.delete("Singles", {"doctype": "Agency Settings", "field": "survey_hours"})
		defaults.fill_settings()
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		filled = frappe.get_doc("Agency Settings")
		self.assertEqual((filled.survey_hours, filled.split_confirm_days), (48, 0))

	def test_a_site_of_before_the_library_gets_its_first_rules_once(self):
		made = ("Listing Grade Weight", "Agency Tag", "Verification Evidence", "List Filter")
		self.settings.save()
		for doctype in made:
			frappe.db.delete(doctype)
		frappe.db.delete("Singles", {"doctype": "Agency Settings", "field": ("!=", "price_max")})
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		counts = []
		for _run in range(2):
			make_grading_defaults.execute()
			ask_for_evidence.execute()
			counts.append([frappe.db.count(doctype) for doctype in made])
		self.assertEqual(counts[0], counts[1])
		self.assertTrue(all(counts[0]))

	def test_a_lower_bound_is_not_above_its_upper_one(self):
		self.settings.update({"price_min": 200, "price_max": 100})
		with self.assertRaisesRegex(frappe.ValidationError, "Lowest.*Highest"):
			self.settings.save()
		self.settings.reload()
		self.settings.update({"price_min": 200, "price_max": 0})
		self.settings.save()

	def test_no_rule_is_below_zero(self):
		self.settings.client_protection_days = -1
		self.assertRaises(frappe.NonNegativeError, self.settings.save)

	def test_a_change_is_logged(self):
		self.settings.same_person_may_approve = 1 - self.settings.same_person_may_approve
		self.settings.save(ignore_version=False)
		versions = frappe.get_all("Version", {"ref_doctype": "Agency Settings"}, pluck="data")
		self.assertTrue(any("same_person_may_approve" in data for data in versions))

	def test_the_administrator_changes_it_and_an_agent_reads_it(self):
		with as_user(factory.make_user("Agency Administrator").name):
			frappe.get_doc("Agency Settings").save()
		with as_user(factory.make_agent().user):
			settings = frappe.get_doc("Agency Settings")
			settings.check_permission("read")
			self.assertRaises(frappe.PermissionError, settings.save)

	def test_the_desk_knows_its_agent_and_when_to_ask_for_the_unit(self):
		self.settings.ask_unit_above = 500
		self.settings.save()
		agent = factory.make_agent()
		boot = frappe._dict(allowed_workspaces=[])
		with as_user(agent.user):
			add_to_boot(boot)
		told = {"agent": agent.name, "ask_unit_above": 500}
		self.assertEqual(boot.agency_crm, {**boot.agency_crm, **told})
