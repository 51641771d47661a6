import frappe
from frappe.tests.utils import FrappeTestCase

from agency_crm.patches.v1_0 import move_listing_tags
from agency_crm.services.library import tags
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestAgencyTag(AgencyTestCase):
	def test_a_free_tag_is_made_once_whatever_its_case(self):
		name = frappe.generate_hash(length=8)
		made = tags.ensure([f"VR {name}", f"vr {name}"])
		self.assertEqual(set(made), {f"VR {name}", f"vr {name}"})
		self.assertEqual(len(set(made.values())), 1)
		self.assertEqual(tags.ensure([f"Vr {name}"]), {f"Vr {name}": made[f"VR {name}"]})

	def test_a_listing_keeps_its_tags_as_text(self):
		first, second = tags.ensure([frappe.generate_hash(length=8), frappe.generate_hash(length=8)])
		listing = factory.make_listing(tags=[{"tag": first}, {"tag": second}])
		self.assertEqual(listing.tag_names, f"{first}、{second}")


class TestMoveListingTags(FrappeTestCase):
	"""The column is gone from new sites: it is made for the test, which commits."""

	def test_texts_of_an_older_site_become_rows(self):
		frappe.set_user("Administrator")
		listing, name = factory.make_listing().name, frappe.generate_hash(length=8)
		made = not frappe.db.has_column("Listing", "tags")
		if made:
			frappe.db.sql_ddl("alter table `tabListing` add column tags text")
		try:
			frappe.db.sql(
				"update `tabListing` set tags = %s where name = %s", (f"{name}、VR-{name}", listing)
			)
			move_listing_tags.execute()
			move_listing_tags.execute()
			doc = frappe.get_doc("Listing", listing)
			self.assertEqual([row.tag for row in doc.tags], [name, f"VR-{name}"])
			self.assertEqual(doc.tag_names, f"{name}、VR-{name}")
		finally:
			frappe.delete_doc("Listing", listing, force=True)
			for tag in (name, f"VR-{name}"):
				frappe.delete_doc("Agency Tag", tag, force=True)
			if made:
				frappe.db.sql_ddl("alter table `tabListing` drop column tags")
			frappe.db.commit()
