"""A key is in one place: received, borrowed, returned, lost; what is late is told, once to each."""

from datetime import timedelta

import frappe
from frappe.utils import now_datetime

from agency_crm.services.listings import keys
from agency_crm.tests import factory
from agency_crm.tests.cases.office import RolesCase
from agency_crm.tests.users import as_user


class TestListingKey(RolesCase):
	def receive(self, agent=None, **fields):
		with as_user((agent or self.agent).user):
			return frappe.new_doc("Listing Key", listing=self.listing.name, **fields).insert()

	def do(self, agent, method, key, *arguments, **values):
		with as_user(agent.user):
			method(key.name, *arguments, **values)
		key.reload()

	def late(self, key, hours: float) -> None:
		due = now_datetime() - timedelta(hours=hours)
		frappe.db.set_value("Listing Key", key.name, "due_back", due)

	def key_status(self) -> str:
		return frappe.db.get_value("Listing", self.listing.name, "key_status")

	def test_a_key_received_is_in_and_its_holder_is_verified(self):
		key = self.receive()
		self.assertEqual((key.status, key.place, key.store), ("In", "Store", self.store))
		self.assertEqual((key.key_code, key.received_by), (key.name, self.agent.name))
		self.assertEqual(self.key_status(), "In")
		asked = {"listing": self.listing.name, "kind": "Key"}
		self.assertEqual(frappe.db.get_value("Listing Verification", asked, "requested_of"), self.agent.name)

	def test_a_second_key_makes_no_second_holder(self):
		self.receive()
		self.receive(self.colleague)
		self.assertEqual(
			frappe.db.count("Listing Verification", {"listing": self.listing.name, "kind": "Key"}), 1
		)

	def test_its_code_never_tells_the_address(self):
		for code in ("3-2-501", "501", "３号楼２单元５０１", "32501"):
			with self.assertRaises(frappe.ValidationError, msg=code):
				self.receive(key_code=code)
		key = self.receive(key_code="红 17")
		with as_user(self.agent.user), self.assertRaises(frappe.ValidationError):
			key.update({"key_code": "3-501"}).save()

	def test_a_code_stands_once_in_a_store_among_the_keys_there(self):
		key = self.receive(key_code="A 1")
		with self.assertRaises(frappe.UniqueValidationError):
			self.receive(key_code="A 1")
		self.assertTrue(self.receive(self.stranger, key_code="A 1"))
		self.do(self.agent, keys.act, key, "Give Back to Owner")
		self.assertTrue(self.receive(key_code="A 1"))

	def test_borrowed_and_returned(self):
		key = self.receive()
		self.do(self.stranger, keys.borrow, key)
		self.assertEqual((key.status, key.holder), ("Out", self.stranger.name))
		self.assertAlmostEqual(key.due_back, now_datetime() + timedelta(hours=4), delta=timedelta(minutes=5))
		self.assertEqual(self.key_status(), "Out")
		self.do(self.stranger, keys.act, key, "Return")
		self.assertEqual((key.status, key.holder, key.due_back), ("In", None, None))
		self.assertEqual(self.key_status(), "In")

	def test_what_makes_no_sense_is_refused(self):
		key = self.receive()
		with self.assertRaises(frappe.ValidationError):
			self.do(self.agent, keys.act, key, "Return")
		self.do(self.stranger, keys.borrow, key)
		with self.assertRaises(frappe.ValidationError) as caught:
			self.do(self.colleague, keys.borrow, key)
		self.assertIn(self.stranger.agent_name, str(caught.exception))
		with self.assertRaises(frappe.ValidationError):
			self.do(self.agent, keys.act, key, "Move", "Lock Box")
		self.assertEqual((key.status, key.holder), ("Out", self.stranger.name))

	def test_only_who_has_it_or_keeps_it_moves_it(self):
		key = self.receive()
		for action in ("Lose", "Give Back to Owner"):
			with self.assertRaises(frappe.PermissionError):
				self.do(self.stranger, keys.act, key, action)
		self.do(self.colleague, keys.borrow, key)
		with self.assertRaises(frappe.PermissionError):
			self.do(self.stranger, keys.act, key, "Return")
		self.do(self.agent, keys.act, key, "Return")
		self.do(self.agent, keys.act, key, "Move", "Lock Box")
		self.do(self.agent, keys.act, key, "Give Back to Owner")
		self.assertEqual((key.status, key.place), ("Returned", "Owner"))
		self.do(self.agent, keys.act, key, "Receive", "Store")
		self.assertEqual((key.status, key.place), ("In", "Store"))

	def test_where_it_is_is_not_typed(self):
		key = self.receive()
		with as_user(self.agent.user):
			key.update({"status": "Lost", "holder": self.colleague.name}).save()
			listing = frappe.get_doc("Listing", self.listing.name)
			listing.update({"key_status": "Lost", "verification_status": "Failed"}).save()
		key.reload()
		listing.reload()
		self.assertEqual((key.status, key.holder), ("In", None))
		self.assertEqual((listing.key_status, listing.verification_status), ("In", "Verified"))

	def test_late_the_borrower_hears_then_the_manager_once_each(self):
		key = self.receive()
		self.do(self.stranger, keys.borrow, key)
		keys.note_overdue()
		self.assertEqual(self.told(self.stranger.user), [])
		self.late(key, 1)
		for _ in range(2):
			keys.note_overdue()
		key.reload()
		self.assertEqual((key.status, self.key_status()), ("Overdue", "Overdue"))
		self.assertEqual([key.key_code in text for text in self.told(self.stranger.user)], [True])
		before = self.told(self.manager)
		self.late(key, 3)
		for _ in range(2):
			keys.note_overdue()
		self.assertEqual(len(self.told(self.manager)), len(before) + 1)
		self.assertEqual(len(self.told(self.stranger.user)), 1)
		self.do(self.stranger, keys.act, key, "Return")
		self.assertEqual(key.status, "In")

	def test_a_key_of_a_listing_one_does_not_see_is_not_borrowed(self):
		with as_user(self.manager):
			self.listing.update({"scope": "Private"}).save()
		key = self.receive()
		with as_user(self.stranger.user):
			self.assertFalse(frappe.has_permission("Listing Key", "read", doc=key))
		with as_user(factory.make_agent().user), self.assertRaises(frappe.PermissionError):
			frappe.new_doc("Listing Key", listing=self.listing.name).insert()

	def test_a_viewing_borrows_the_keys_of_its_stops(self):
		key = self.receive()
		with as_user(self.stranger.user):
			stops = [{"listing": self.listing.name, "needs_key": 1}]
			viewing = factory.make_viewing(agent=self.stranger.name, stops=stops)
			self.assertEqual(keys.borrow_for_viewing(viewing), [key.key_code])
			with self.assertRaises(frappe.ValidationError) as caught:
				keys.borrow_for_viewing(viewing)
		self.assertIn(self.stranger.agent_name, str(caught.exception))
		self.assertEqual(
			frappe.db.get_value("Key Movement", {"action": "Borrow", "viewing": viewing.name}), self.last()
		)

	@staticmethod
	def last() -> str:
		return frappe.get_last_doc("Key Movement").name
