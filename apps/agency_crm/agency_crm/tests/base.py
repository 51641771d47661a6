"""What every test on a site starts from."""

import frappe
from frappe.tests.utils import FrappeTestCase


class AgencyTestCase(FrappeTestCase):
	"""A test whose writes are taken back at its end, whatever user it ends as."""

	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")
		frappe.db.savepoint("agency_test")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="agency_test")
		super().tearDown()
