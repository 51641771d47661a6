"""What a site of before brings along: its columns are there again, as Frappe leaves those of fields that are gone."""

import frappe

from agency_crm.patches.v1_0 import move_client_tags, move_listing_tags
from agency_crm.tests import factory
from agency_crm.tests.races_case import RacesCase


class TestTagTexts(RacesCase):
	"""A column is added and dropped outside transactions, so what is made is taken away by hand."""

	def check_moved(self, doc, execute):
		"""Both ways of a record: tags typed by hand become rows with masters, once, and a list finds them."""
		frappe.db.sql_ddl(f"alter table `tab{doc.doctype}` add column tags text")
		self.addCleanup(frappe.db.sql_ddl, f"alter table `tab{doc.doctype}` drop column tags")
		frappe.db.sql(
			f"update `tab{doc.doctype}` set tags = %s where name = %s", ("楼王, 可议价；楼王、", doc.name)
		)
		before = doc.reload().modified

		for _run in range(2):
			execute()
			doc.reload()
			self.assertEqual([row.tag for row in doc.tags], ["楼王", "可议价"])
			self.assertEqual({row.by_rule for row in doc.tags}, {0})
		self.assertEqual(doc.modified, before)
		self.assertEqual(
			frappe.get_all("Agency Tag", {"name": ("in", ("楼王", "可议价"))}, pluck="kind"), ["Free"] * 2
		)
		found = frappe.get_list(doc.doctype, [[f"{doc.doctype} Tag", "tag", "=", "可议价"]], pluck="name")
		self.assertEqual(found, [doc.name])
		doc.save()
		self.assertEqual(doc.tag_names, "楼王、可议价")

	def test_tags_of_listings_become_rows(self):
		self.check_moved(factory.make_listing(), move_listing_tags.execute)

	def test_tags_of_clients_become_rows(self):
		self.check_moved(factory.make_client(), move_client_tags.execute)
