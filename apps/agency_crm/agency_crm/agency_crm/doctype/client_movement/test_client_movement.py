"""A client's movements are seen with the client, and by nobody else."""

import frappe

from agency_crm.services.pools import clients as pools
from agency_crm.tests.cases.pools import PoolsCase
from agency_crm.tests.users import as_user


class TestClientMovement(PoolsCase):
	def test_it_is_seen_with_the_client(self):
		client = self.make_pooled()
		with as_user(self.colleague.user):
			pools.claim(client.name)
		found = {"client": client.name}
		for user, seen in (
			(self.colleague.user, 1),
			(self.manager, 1),
			(self.agent.user, 0),
			(self.stranger.user, 0),
		):
			with self.subTest(user), as_user(user):
				self.assertEqual(len(frappe.get_list("Client Movement", found)), seen)

	def test_it_goes_with_the_client(self):
		client = self.make_pooled()
		with as_user(self.colleague.user):
			pools.claim(client.name)
		client.reload().delete()
		self.assertFalse(frappe.db.exists("Client Movement", {"client": client.name}))

	def test_it_says_where_the_client_came_from(self):
		client = self.make_pooled("Area")
		with as_user(self.colleague.user):
			pools.claim(client.name)
		fields = ["from_pool", "to_pool", "from_store", "by"]
		movement = frappe.db.get_value("Client Movement", {"client": client.name}, fields)
		self.assertEqual(movement, ("Area", "Private", self.store, self.colleague.user))
