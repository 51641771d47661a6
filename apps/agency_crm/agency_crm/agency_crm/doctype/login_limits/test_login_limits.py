import frappe
from frappe.tests.utils import FrappeTestCase

from agency_crm.framework import logins


class TestLoginLimits(FrappeTestCase):
	def test_what_was_never_saved_has_the_numbers_of_the_form(self):
		defaults = frappe.new_doc(logins.SETTINGS)
		self.assertEqual({name: defaults.get(name) for name in logins.STANDARD}, logins.STANDARD)

	def test_zero_is_kept(self):
		settings = frappe.get_doc(logins.SETTINGS)
		settings.update({"pair_failures": 0}).save()
		self.assertEqual(logins.limits()["pair_failures"], 0)
