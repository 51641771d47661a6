"""Each movement of a key is kept, and nobody writes one by hand."""

import frappe

from agency_crm.services.listings import keys
from agency_crm.tests import factory
from agency_crm.tests.cases.office import RolesCase
from agency_crm.tests.users import as_user


class TestKeyMovement(RolesCase):
	def test_they_tell_the_way_of_a_key(self):
		with as_user(self.agent.user):
			key = frappe.new_doc("Listing Key", listing=self.listing.name).insert()
		with as_user(self.stranger.user):
			viewing = factory.make_viewing(self.listing.name, agent=self.stranger.name)
			keys.borrow(key.name, viewing=viewing.name)
			keys.act(key.name, "Return", "Lock Box", "放在门口密码盒")
		fields = ["action", "agent", "from_place", "to_place", "viewing", "note"]
		moves = frappe.get_all(
			"Key Movement", {"listing_key": key.name}, fields, order_by="name", as_list=True
		)
		agent, stranger = self.agent.name, self.stranger.name
		self.assertEqual(
			[tuple(move) for move in moves],
			[
				("Receive", agent, "", "Store", None, None),
				("Borrow", stranger, "Store", "Agent", viewing.name, None),
				("Return", stranger, "Agent", "Lock Box", None, "放在门口密码盒"),
			],
		)

	def test_nobody_writes_one_by_hand(self):
		with as_user(self.agent.user):
			key = frappe.new_doc("Listing Key", listing=self.listing.name).insert()
		for user in (self.agent.user, self.manager):
			with as_user(user), self.assertRaises(frappe.PermissionError):
				frappe.new_doc("Key Movement", listing_key=key.name, action="Return").insert()
