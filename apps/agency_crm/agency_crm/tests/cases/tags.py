"""What the tests of rules share: tags made by conditions."""

import frappe

from agency_crm.services.rating import tags
from agency_crm.tests.base import AgencyTestCase


class TagCase(AgencyTestCase):
	"""Rules are cached: a test's own are forgotten with it."""

	def setUp(self):
		super().setUp()
		self.addCleanup(tags.forget_rules)
		tags.forget_rules()

	def make_rule(self, *conditions: tuple, **fields):
		rows = [dict(zip(("fact", "operator", "value"), row, strict=True)) for row in conditions]
		values = {"tag_name": f"Tag {frappe.generate_hash(length=8)}", "kind": "Rule", "conditions": rows}
		return frappe.get_doc({"doctype": "Agency Tag", **values, **fields}).insert()

	def make_free(self):
		(name,) = tags.ensure([frappe.generate_hash(length=8)])
		return name
