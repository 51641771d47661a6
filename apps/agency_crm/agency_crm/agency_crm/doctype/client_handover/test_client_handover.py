"""A whole book handed to others: shared out, in one step that goes on where it was cut off, with a list to sign."""

from unittest.mock import patch

import frappe

from agency_crm.services.pools import handovers
from agency_crm.tests import factory
from agency_crm.tests.cases.pools import PoolsCase
from agency_crm.tests.users import as_user


class TestClientHandover(PoolsCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.leaver = factory.make_agent(store=cls.store)
		cls.clients = [factory.make_client(agent=cls.leaver.name) for _ in range(3)]

	def draft(self, *takers, user: str | None = None, **fields):
		with as_user(user or self.manager):
			values = {"from_agent": self.leaver.name, "reason": "离职"}
			rows = [{"agent": taker.name, "share": share} for taker, share in takers]
			return frappe.get_doc(
				{"doctype": "Client Handover", **values, "to_agents": rows, **fields}
			).insert()

	def start(self, handover, user: str | None = None):
		with as_user(user or self.manager):
			handovers.start(handover.name)
		return handover.reload()

	def holders(self) -> list[str]:
		return [frappe.db.get_value("Client", client.name, "agent") for client in self.clients]

	def test_a_draft_shares_the_book_out_and_a_row_may_go_to_another(self):
		handover = self.draft((self.agent, 67), (self.colleague, 33))
		self.assertEqual([row.clients for row in handover.to_agents], [2, 1])
		self.assertEqual([row.record for row in handover.rows], [client.name for client in self.clients])
		for row in handover.rows:
			row.to_agent = self.colleague.name
		with as_user(self.manager):
			handover.save()
		self.assertEqual([row.clients for row in handover.to_agents], [0, 3])

	def test_handed_over_and_told(self):
		self.let_speak(self.agent.user, "en")
		handover = self.start(self.draft((self.agent, 0), (self.colleague, 0)))
		self.assertEqual(handover.status, "Running")
		handovers.resume()
		self.assertEqual(handover.reload().status, "Done")
		self.assertEqual(self.holders(), [self.agent.name, self.colleague.name, self.agent.name])
		self.assertTrue(self.told(self.agent.user)[0].startswith("2"))
		self.assertEqual(self.trace(self.clients[0])[-1], ("Handover", self.leaver.name, self.agent.name))
		with as_user(self.manager), self.assertRaisesRegex(frappe.ValidationError, "changes no more"):
			handover.save()

	def test_a_run_that_is_cut_off_goes_on(self):
		handover = self.start(self.draft((self.agent, 0)))
		give, given = handovers._give_client, []

		def cut_off(*arguments):
			if given:
				raise KeyboardInterrupt
			given.append(arguments)
			return give(*arguments)

		with patch.object(handovers, "_give_client", cut_off), self.assertRaises(KeyboardInterrupt):
			handovers.resume()
		self.assertEqual(self.holders().count(self.agent.name), 1)
		handovers.resume()
		self.assertEqual(self.holders(), [self.agent.name] * 3)
		self.assertEqual(handover.reload().status, "Done")
		self.assertEqual(len(self.trace(self.clients[0])), 1)

	def test_a_client_that_changed_hands_meanwhile_is_left_out(self):
		handover = self.start(self.draft((self.agent, 0)))
		frappe.db.set_value("Client", self.clients[0].name, "agent", self.colleague.name)
		handovers.resume()
		self.assertEqual([row.outcome for row in handover.reload().rows], ["Left Out", "Moved", "Moved"])
		self.assertEqual(self.holders()[0], self.colleague.name)

	def test_open_listings_go_along_where_it_is_ticked(self):
		with as_user(self.leaver.user):
			listing = factory.make_listing("Live", estate=self.listing.estate, room_no="901")
		handover = self.start(self.draft((self.agent, 0), include_listings=1))
		self.assertEqual(handover.to_agents[0].listings, 1)
		handovers.resume()
		self.assertEqual(listing.reload().maintainer, self.agent.name)

	def test_it_is_a_manager_s_who_takes_nothing(self):
		for user in (self.leaver.user, factory.make_user("Agency Store Manager").name):
			with self.subTest(user), self.assertRaises(frappe.PermissionError):
				self.draft((self.agent, 0), user=user)
		manager = factory.make_agent(user=self.manager, store=self.store)
		with self.assertRaises(frappe.PermissionError):
			self.start(self.draft((manager, 0)))

	def test_takers_make_sense_and_have_room(self):
		for takers, words in (
			([(self.agent, 0), (self.agent, 0)], "twice"),
			([(self.leaver, 0)], "to others"),
		):
			with self.subTest(words), self.assertRaisesRegex(frappe.ValidationError, words):
				self.draft(*takers)
		handover = self.draft((self.agent, 0))
		self.set_rule(clients_an_agent=2)
		with self.assertRaisesRegex(frappe.ValidationError, "2 more private clients"):
			self.start(handover)

	def test_what_is_missing_is_named(self):
		with self.assertRaises(frappe.MandatoryError):
			self.draft()

	def test_the_list_to_sign_names_each_taker_s_clients(self):
		handover = self.draft((self.agent, 0), (self.colleague, 0))
		with as_user(self.manager):
			html = frappe.get_print("Client Handover", handover.name, "Client Handover List")
		for client in self.clients:
			self.assertIn(client.client_name, html)
			self.assertNotIn(client.phones[0].number or "no number", html)
		self.assertIn("agency-page", html)
