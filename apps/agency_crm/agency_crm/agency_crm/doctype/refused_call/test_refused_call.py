import frappe

from agency_crm.framework.system_fields import writing
from agency_crm.tests.base import AgencyTestCase


class TestRefusedCall(AgencyTestCase):
	def open(self, function: str) -> None:
		"""Open a function that was refused."""
		row = frappe.get_doc(doctype="Refused Call", function=function, role="Guest", is_open=1)
		with writing(row):
			row.insert()

	def test_what_takes_a_path_a_method_or_code_stays_closed(self):
		for name in (
			"frappe.client.get_js",
			"frappe.client.get_password",
			"frappe.utils.print_format.print_by_server",
			"frappe.integrations.frappe_providers.frappecloud_billing.api",
			"frappe.desk.doctype.system_console.system_console.execute_code",
			"frappe.gone.away",
		):
			with self.subTest(function=name):
				self.assertRaisesRegex(frappe.ValidationError, name, self.open, name)

	def test_others_open(self):
		for name in (
			"frappe.core.doctype.user.user.get_all_roles",
			"frappe.core.doctype.file.file.File.optimize_file",
		):
			with self.subTest(function=name):
				self.open(name)
