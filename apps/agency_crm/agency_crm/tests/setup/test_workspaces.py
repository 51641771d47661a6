"""What a workspace offers is what its reader may do."""

import frappe
from frappe.boot import get_bootinfo

from agency_crm.api.frappe.forms import get_desktop_page, get_workspace_sidebar_items
from agency_crm.services.desk.boot import add_to_boot
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


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


def sidebar(*roles: str) -> set[str]:
	"""Return the workspaces that the sidebar offers a user of these roles."""
	frappe.set_user(factory.make_user(*roles).name)
	return {page["name"] for page in get_workspace_sidebar_items()["pages"]}


class TestSidebar(AgencyTestCase):
	def test_a_role_is_offered_the_agencys_own_and_what_the_settings_show_it(self):
		self.assertEqual(sidebar("Agency Agent"), {"Agency", "Agency Clients"})
		self.assertEqual(sidebar("Agency Title Officer"), {"Agency"})
		self.assertLessEqual({"Agency", "Accounting", "Receivables"}, sidebar("Agency Accountant"))
		self.assertNotIn("Website", sidebar("Agency Accountant"))

	def test_an_administrator_shows_one_again(self):
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		settings = frappe.get_doc("Agency Settings")
		settings.append("shown_workspaces", {"role": "Agency Agent", "workspace": "Tools"})
		with as_user(factory.make_user("Agency Administrator").name):
			settings.save()
		self.assertEqual(sidebar("Agency Agent"), {"Agency", "Agency Clients", "Tools"})
		self.assertEqual(sidebar("Agency Title Officer"), {"Agency"})

	def test_who_has_other_roles_keeps_theirs(self):
		self.assertIn("Website", sidebar("Agency Agent", "Website Manager"))

	def test_the_desk_opens_with_the_same(self):
		frappe.set_user(factory.make_user("Agency Agent").name)
		told = get_bootinfo()
		add_to_boot(bootinfo=told)
		opened = {page["name"] for page in told.allowed_workspaces}
		self.assertEqual(opened, {"Agency", "Agency Clients"})
