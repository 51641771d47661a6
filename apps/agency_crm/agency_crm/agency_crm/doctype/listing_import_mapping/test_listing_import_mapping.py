import json
import tempfile
from pathlib import Path

import frappe

from agency_crm.domain.importing.base import IGNORE
from agency_crm.domain.importing.listing_rows import PORTAL, Mapping
from agency_crm.services.importing import listings
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


def new_mapping(*columns: tuple, **fields):
	values = {
		"doctype": "Listing Import Mapping",
		"mapping_name": f"Mapping {frappe.generate_hash(length=8)}",
		"source_channel": "Own",
		"columns": [{"column_name": column, "target": target} for column, target in columns],
	}
	return frappe.get_doc({**values, **fields})


class TestListingImportMapping(AgencyTestCase):
	def test_a_saved_mapping_reads_as_the_domain_wants_it(self):
		saved = new_mapping(
			("小区", "estate_name"), ("租金", "rent"), ("备注", IGNORE), listing_type="Lease"
		).insert()
		self.assertEqual(
			listings.saved_mapping(saved.name),
			Mapping("Own", (("小区", "estate_name"), ("租金", "rent"), ("备注", IGNORE)), "Lease"),
		)
		self.assertEqual(listings.saved_mapping(None), PORTAL)

	def test_a_mapping_without_the_estate_or_with_a_column_twice_is_refused(self):
		self.assertRaises(frappe.ValidationError, new_mapping(("面积", "gross_area")).insert)
		twice = new_mapping(("小区", "estate_name"), ("小区", "remarks"))
		self.assertRaises(frappe.ValidationError, twice.insert)
		unknown = new_mapping(("小区", "estate_name"), ("面积", "acreage"))
		self.assertRaises(frappe.ValidationError, unknown.insert)

	def test_a_json_file_of_the_command_is_kept_as_a_mapping(self):
		with tempfile.TemporaryDirectory() as folder:
			file = Path(folder, f"{frappe.generate_hash(length=8)}.json")
			file.write_text(json.dumps({"source_channel": "Own", "columns": {"小区": "estate_name"}}))
			name = listings.keep_mapping(str(file))
			self.assertEqual(listings.saved_mapping(name), Mapping("Own", (("小区", "estate_name"),)))
			self.assertEqual(listings.keep_mapping(name), name)
			file.write_text(
				json.dumps({"source_channel": "Own", "columns": {"小区/面积": "{estate_name}/{gross_area}"}})
			)
			self.assertEqual(listings.keep_mapping(str(file)), name)
			self.assertEqual(
				listings.saved_mapping(name).columns, (("小区/面积", "{estate_name}/{gross_area}"),)
			)

	def test_a_pattern_that_says_nothing_is_refused(self):
		for pattern in (None, "{estate_name}", "{estate_name}{gross_area}", "{estate_name}/{acreage}"):
			saved = new_mapping(("小区", "estate_name"), ("面积", "pattern"))
			saved.columns[1].pattern = pattern
			self.assertRaises(frappe.ValidationError, saved.insert)

	def test_who_imports_makes_a_mapping_and_changes_only_their_own(self):
		theirs = new_mapping(("小区", "estate_name")).insert()
		frappe.set_user(factory.make_user("Agency Store Manager").name)
		own = new_mapping(("小区", "estate_name")).insert()
		own.append("columns", {"column_name": "面积", "target": "gross_area"})
		own.save()
		theirs.reload().source_channel = "Mine"
		self.assertRaises(frappe.PermissionError, theirs.save)
		frappe.set_user(factory.make_user("Agency Agent").name)
		self.assertRaises(frappe.PermissionError, new_mapping(("小区", "estate_name")).insert)
