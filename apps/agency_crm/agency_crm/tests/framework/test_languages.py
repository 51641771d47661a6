"""In whose language a job works, and in whose words a column is headed."""

import re

import frappe
from frappe.desk import reportview

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

	def test_exports_and_prints_head_columns_in_the_forms_words(self):
		listing = factory.make_listing(
			owners=[{"client": factory.make_client(is_seller=1).name, "share": 100}]
		)
		with languages.speaking("zh"):
			keys = [
				"`tabListing`.`name`",
				"`tabListing`.`grade`",
				"`tabListing Owner`.`share`",
				"count(*) as n",
			]
			columns = reportview.get_field_info(keys, "Listing")
			printed = frappe.get_print("Listing", listing.name)
		self.assertEqual([column["label"] for column in columns][1:3], ["等级", "份额 (房源业主)"])
		heads = re.findall(r"<th[^>]*>\s*(.*?)</th>", printed, re.S)
		self.assertIn("份额", [head.strip() for head in heads])
