"""What is saved of a typed text can be seen, whichever way and into whichever record it comes."""

import frappe
from frappe import client as frappe_client
from frappe.model.base_document import get_controller

from agency_crm.framework import bulk
from agency_crm.framework.system_fields import KeepsSystemFields
from agency_crm.setup.install import MODULE
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase

TYPED = "\u202e张\u200b三\u2066\r\n丰\u2069\ufeff"
ONE_LINE, LINES = "张三 丰", "张三\n丰"


class TestReadableTexts(AgencyTestCase):
	def test_a_name_is_saved_without_what_can_t_be_seen(self):
		"""Typed into a form, a row, a field alone; what a REST call and a form end in."""
		relation = {"relation": "Friend", "person_name": TYPED}
		client = factory.make_client(client_name=TYPED, eligibility_note=TYPED, relations=[relation])
		frappe_client.set_value("Client", client.name, "wechat", TYPED)
		client.reload()
		found = (client.client_name, client.relations[0].person_name, client.wechat, client.eligibility_note)
		self.assertEqual(found, (ONE_LINE, ONE_LINE, ONE_LINE, LINES))

	def test_rows_written_in_bulk_are_saved_so_too(self):
		listing = frappe.copy_doc(factory.make_listing())
		listing.update({"address_text": TYPED, "remarks": TYPED})
		bulk.check(listing)
		self.assertEqual((listing.address_text, listing.remarks), (ONE_LINE, LINES))

	def test_a_text_that_was_stored_stays_until_somebody_types_it_anew(self):
		client = factory.make_client()
		client.db_set("client_name", TYPED)
		client.reload()
		client.save()
		self.assertEqual(client.reload().client_name, TYPED)

	def test_a_record_named_by_its_text_has_a_name_that_can_be_typed(self):
		tag = frappe.get_doc(
			{"doctype": "Agency Tag", "tag_name": "\u202d楼\u200b王\u202c", "kind": "Free"}
		).insert()
		self.assertEqual((tag.name, tag.tag_name), ("楼王", "楼王"))

	def test_every_record_of_the_app_passes_there(self):
		ours = frappe.get_all("DocType", {"module": MODULE, "is_virtual": 0}, pluck="name")
		for doctype in ours:
			self.assertTrue(issubclass(get_controller(doctype), KeepsSystemFields), doctype)
