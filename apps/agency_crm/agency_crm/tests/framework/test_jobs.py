"""Work on many records in the background: what one of them meets keeps none of the others from their turn."""

import frappe

from agency_crm.framework import jobs
from agency_crm.tests.base import AgencyTestCase


class TestEach(AgencyTestCase):
	def test_a_step_that_fails_by_itself_stops_no_other(self):
		errors = {
			"refused": frappe.ValidationError,
			"not theirs any more": frappe.PermissionError,
			"in a deadlock": frappe.QueryDeadlockError,
			"behind a lock": frappe.QueryTimeoutError,
		}
		done = []

		def step(name: str) -> None:
			frappe.db.set_single_value("Agency Settings", "client_claims_a_day", len(done) + 90)
			if name in errors:
				raise errors[name](name)
			done.append(name)

		# this log is no part of a transaction
		self.addCleanup(frappe.db.delete, "Error Log", {"method": ("like", f"{__name__}.step:%")})
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		jobs.each(["first", *errors, "last"], step)
		self.assertEqual(done, ["first", "last"])
		logged = frappe.get_all("Error Log", {"method": ("like", f"{__name__}.step:%")}, pluck="method")
		self.assertEqual({title.split(": ")[1] for title in logged}, set(errors))

	def test_a_name_longer_than_a_title_is_logged_too(self):
		def step(name: str) -> None:
			raise frappe.ValidationError

		logged = {"method": ("like", f"{__name__}.%")}
		self.addCleanup(frappe.db.delete, "Error Log", logged)
		jobs.each(["x" * 200], step)
		self.assertEqual(frappe.db.count("Error Log", logged), 1)

	def test_what_a_failed_step_did_is_undone(self):
		def step(name: str) -> None:
			frappe.db.set_single_value("Agency Settings", "client_claims_a_day", 77)
			raise frappe.QueryTimeoutError

		self.addCleanup(frappe.db.delete, "Error Log", {"method": ("like", f"{__name__}.step:%")})
		jobs.each(["only"], step)
		self.assertNotEqual(
			frappe.db.get_single_value("Agency Settings", "client_claims_a_day", cache=False), 77
		)
