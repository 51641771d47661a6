"""What every test on a site starts from."""

import frappe
from frappe.tests.utils import FrappeTestCase

from agency_crm.framework import deferred, wraps
from agency_crm.permissions.reader import forget_places
from agency_crm.tests import factory


class AgencyTestCase(FrappeTestCase):
	"""A test whose writes are taken back at its end, whatever user it ends as."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		wraps.put_in_place()  # as before each request and job
		cls.addClassCleanup(_give_back, set(factory.borrowed))

	def setUp(self):
		super().setUp()
		self.addCleanup(_give_back, set(factory.borrowed))
		frappe.set_user("Administrator")
		frappe.db.savepoint("agency_test")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="agency_test")
		forget_places()
		forget_asked()
		deferred.forget()  # logs of what is rolled back
		super().tearDown()

	def let_speak(self, user: str, language: str) -> None:
		"""Give a user a language until the test ends; Frappe remembers users beyond it."""
		self.addCleanup(frappe.clear_document_cache, "User", user)
		frappe.db.set_value("User", user, "language", language)


def forget_asked() -> None:
	"""Forget which numbers users have asked for: tests borrow the same users all day."""
	frappe.cache.delete_keys("known_numbers|")


def _give_back(before: set[str]) -> None:
	"""Users borrowed since are free again: what was written of them is rolled back."""
	factory.borrowed.intersection_update(before)
