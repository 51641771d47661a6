"""What a company matches by: its own record, checked; the tuned weights where it has none."""

import frappe

from agency_crm.domain.matching import score as matching
from agency_crm.services.matching import weights
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestMatchingWeights(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.company = frappe.get_all("Company", pluck="name", order_by="creation", limit=1)[0]

	def setUp(self):
		super().setUp()
		# the record is cached; what a test leaves in the cache would outlive its rollback
		self.addCleanup(frappe.clear_document_cache, "Matching Weights", self.company)
		frappe.delete_doc("Matching Weights", self.company, ignore_missing=True)
		frappe.db.value_cache.clear()

	def make(self, *rows: tuple, **fields):
		parts = [{"part": part, "weight": weight} for part, weight in rows]
		doc = {"doctype": "Matching Weights", "company": self.company, "parts": parts, **fields}
		return frappe.get_doc(doc).insert()

	def test_a_new_record_starts_with_the_tuned_weights(self):
		self.assertEqual({row.part: row.weight for row in self.make().parts}, matching.DEFAULTS)

	def test_a_company_without_a_record_has_the_same(self):
		self.assertEqual(weights.of_company(self.company), (matching.Weights(), matching.MatchRules()))

	def test_its_own_count(self):
		self.make(("Price", 3), ("Area", 1), budget_percent=5, metro_most=600)
		weighed, rules = weights.of_company(self.company)
		self.assertEqual(weighed.parts, {"Price": 3, "Area": 1})
		self.assertEqual((rules.stretch, rules.metro_most), (1.05, 600))

	def test_every_part_can_be_weighed(self):
		options = frappe.get_meta("Matching Weight").get_field("part").options.split("\n")
		self.assertEqual(options, list(matching.PARTS))

	def test_what_weighs_nothing_or_twice_is_refused(self):
		for rows in ((("Price", 0),), (("Price", 1), ("Price", 2))):
			with self.subTest(rows), self.assertRaisesRegex(frappe.ValidationError, "weight"):
				self.make(*rows)

	def test_an_agent_reads_and_does_not_write(self):
		doc = self.make()
		frappe.set_user(factory.make_agent().user)
		self.assertTrue(doc.has_permission("read"))
		self.assertFalse(doc.has_permission("write"))
