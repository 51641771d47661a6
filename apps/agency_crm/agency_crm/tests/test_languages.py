"""In whose language a job works."""

import frappe

from agency_crm.framework import languages
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestLanguages(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)

	def in_job(self, user: str) -> str:
		"""The language a job of the user's has: Frappe begins each with the bench's and runs the hook."""
		frappe.set_user(user)
		frappe.local.lang = "en"
		for hook in frappe.get_hooks("before_job"):
			frappe.call(hook, method="", kwargs={}, transaction_type="job")
		return frappe.local.lang

	def test_a_job_speaks_its_users_language_and_the_systems_the_sites(self):
		agent = factory.make_agent()
		self.let_speak(agent.user, "zh")
		self.assertEqual(self.in_job(agent.user), "zh")
		self.let_speak("Administrator", "fr")
		for user in ("Administrator", "Guest"):
			self.assertEqual(self.in_job(user), frappe.get_system_settings("language"))

	def test_an_error_inside_brings_the_language_back(self):
		before = frappe.local.lang
		with self.assertRaises(frappe.ValidationError), languages.speaking("zh"):
			frappe.throw("")
		self.assertEqual(frappe.local.lang, before)
