"""What a workspace offers is what its reader may do."""

import frappe

from agency_crm.api.frappe.forms import get_desktop_page
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


def shortcuts(role: str) -> set[tuple]:
	"""Return the (DocType, view) that the agency's workspace offers a user of this role."""
	frappe.set_user(factory.make_user(role).name)
	page = get_desktop_page(frappe.as_json({"name": "Agency", "title": "Agency", "public": 1}))
	return {(item.link_to, item.doc_view) for item in page["shortcuts"]["items"]}


class TestWorkspaces(AgencyTestCase):
	def test_a_new_record_is_offered_to_who_may_make_it(self):
		self.assertLessEqual({("Client", "New"), ("Client", "List")}, shortcuts("Agency Agent"))

	def test_who_only_reads_is_offered_the_list_alone(self):
		offered = shortcuts("Agency Accountant")
		self.assertIn(("Client", "List"), offered)
		self.assertNotIn("New", {view for _doctype, view in offered})
