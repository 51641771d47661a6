import frappe
from frappe.tests.utils import FrappeTestCase

from agency_crm.services.rating import listings as rating
from agency_crm.tests import factory


class TestListingRecompute(FrappeTestCase):
	"""A recomputing commits each chunk: what is made here is taken away again."""

	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")
		self.listing = factory.make_listing()
		frappe.db.set_value(
			"Listing", self.listing.name, {"grade": "A", "grade_score": 1}, update_modified=False
		)
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		frappe.delete_doc("Listing", self.listing.name, force=True)
		frappe.db.delete("Singles", {"doctype": rating.STATE})
		frappe.db.commit()
		super().tearDown()

	def state(self):
		return frappe.get_doc(rating.STATE)

	def test_an_interrupted_one_goes_on_where_it_stopped(self):
		rating.recompute_later()
		frappe.db.commit()
		self.assertTrue(rating._recompute_chunk())
		done = self.state()
		self.assertTrue(done.done_to and done.requested_by)
		rating.recompute()
		done = self.state()
		self.assertTrue(done.finished_at)
		self.assertFalse(done.requested_by or done.done_to)
		self.assertEqual(done.rows_done, frappe.db.count("Listing"))
		found = frappe.get_doc("Listing", self.listing.name)
		self.assertEqual(found.grade_score, self.listing.grade_score)
		self.assertEqual(str(found.modified), str(self.listing.modified))

	def test_asked_for_again_it_starts_again(self):
		rating.recompute_later()
		frappe.db.commit()
		rating._recompute_chunk()
		rating.recompute_later()
		self.assertFalse(self.state().done_to)
