"""The same bad facts by each way into the library are refused in the same words, and leave nothing."""

import frappe
from frappe.utils import strip_html

from agency_crm.framework import messages
from agency_crm.services.importing import runs
from agency_crm.services.intake import owner_page, partners
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.enquiries import OFFER
from agency_crm.tests.cases.imports import portal_file

# field -> a value out of bounds, as a person types it (areas in m², prices in CNY)
BAD = {"gross_area": "9999", "asking_price": "500"}
COLUMNS = {
	"estate": "estate_name",
	"asking_price": "price_yuan",
	"gross_area": "gross_area",
	"layout": "layout",
}


class TestWaysIn(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.estate = factory.make_estate()
		self.partner = factory.make_partner()

	def test_one_check_for_all_ways(self):
		for field, value in BAD.items():
			with self.subTest(field=field):
				facts = {"gross_area": "89.5", "asking_price": "3500000", "layout": "2室1厅", field: value}
				said = {
					way: getattr(self, f"by_{way}")(facts, field)
					for way in ("form", "page", "partner", "file")
				}
				self.assertEqual(len(set(said.values())), 1, said)
				self.assertFalse(frappe.db.exists("Listing", {"estate": self.estate.name}))
				self.assertFalse(frappe.db.exists("Listing Enquiry", {"estate": self.estate.name}))

	def by_form(self, facts: dict, field: str) -> str:
		numbers = {name: float(facts[name]) for name in ("gross_area", "asking_price")}
		with self.assertRaises(frappe.ValidationError) as refusal:
			factory.make_listing(estate=self.estate.name, **{**facts, **numbers})
		return strip_html(str(refusal.exception)).split(": ", 1)[1]

	def by_page(self, facts: dict, field: str) -> str:
		offer = {**OFFER, **facts, "estate": self.estate.estate_name}
		offer["asking_price"] += "元"
		with self.set_user("Guest"), self.assertRaises(frappe.ValidationError):
			owner_page.submit(offer, [], frappe.generate_hash(length=32))
		return messages.noted()[field]

	def by_partner(self, facts: dict, field: str) -> str:
		given = {**facts, "estate": self.estate.estate_name, "business_circle": None}
		with self.set_user(self.partner.user), self.assertRaises(frappe.ValidationError):
			partners.put(self.partner, frappe.generate_hash(length=8), given)
		return messages.noted()[field]

	def by_file(self, facts: dict, field: str) -> str:
		row = {**facts, "estate": self.estate.estate_name}
		columns = [{"column_name": column, "target": COLUMNS[column]} for column in row]
		name = frappe.generate_hash(length=8)
		mapping = {"doctype": "Listing Import Mapping", "mapping_name": name, "source_channel": name}
		frappe.get_doc({**mapping, "columns": columns}).insert()
		doc = frappe.get_doc(
			{"doctype": "Listing Import", "file": portal_file([row], list(row)), "mapping": name}
		).insert()
		((_row, _column, reason),) = runs.preview(doc)["rejects"]
		return reason
