"""What the forms show of matches, and what one does with them there: by who may, of what they may see."""

import frappe

from agency_crm.api.matching import board as api
from agency_crm.services.matching import pairs
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestMatchBoard(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		store = factory.make_store().name
		cls.agent, cls.colleague = (factory.make_agent(store=store) for _ in range(2))
		estate = factory.make_estate()
		home = {"estate": estate.name, "maintainer": cls.agent.name}
		cls.near = factory.make_listing("Live", room_no="501", **home).name
		cls.dear = factory.make_listing("Live", room_no="502", asking_price=4300000, **home).name
		cls.secret = factory.make_listing("Live", room_no="503", scope="Private", **home).name
		cls.client = factory.make_client(agent=cls.agent.name, client_name="赵先生").name
		place = {"territories": [{"territory": estate.territory}]}
		wish = {"area_min": 92.5, "area_max": 110, "bedrooms_min": 2}
		cls.requirement = factory.make_requirement(client=cls.client, **place, **wish).name

	def board(self) -> dict:
		return api.get_listings(self.requirement)

	def names(self, rows: list[dict], side: str = "listing") -> list[str]:
		return [row[side] for row in rows]

	def test_the_best_come_first_with_why_in_words(self):
		with as_user(self.agent.user):
			matches = self.board()["matches"]
		self.assertEqual(self.names(matches)[2:], [self.dear])
		self.assertEqual(set(self.names(matches)), {self.near, self.dear, self.secret})
		near, dear = (
			{reason["part"]: reason["text"] for reason in row["reasons"]}
			for name in (self.near, self.dear)
			for row in matches
			if row["listing"] == name
		)
		self.assertEqual(near["Price"], "within the budget")
		self.assertEqual(near["Area"], "3 m² too small")
		self.assertEqual(near["Rooms"], "2 bedrooms")
		self.assertEqual(dear["Price"], "30.00 × 10,000 CNY above the budget")
		for row in matches:
			self.assertAlmostEqual(row["score"], sum(reason["points"] for reason in row["reasons"]))

	def test_a_rejected_one_goes_with_its_reason_and_comes_back(self):
		with as_user(self.agent.user):
			self.assertRaises(frappe.MandatoryError, api.reject, self.requirement, self.near, " ")
			api.reject(self.requirement, self.near, "西晒<b>")
			board = self.board()
			self.assertNotIn(self.near, self.names(board["matches"]))
			(kept,) = board["remembered"]
			self.assertEqual((kept["status"], kept["reject_reason"]), ("Rejected", "西晒＜b>"))
			self.assertTrue(kept["reasons"] and kept["score"])
			api.show_again(self.requirement, self.near)
			board = self.board()
		self.assertIn(self.near, self.names(board["matches"]))
		self.assertEqual(board["remembered"], [])

	def test_what_was_sent_is_remembered_as_shown_what_was_chosen_is_not(self):
		with as_user(self.agent.user):
			api.choose(self.requirement, [self.near])
			self.assertEqual(self.board()["remembered"], [])
			api.choose(self.requirement, [self.near, self.dear], shown=True)
			board = self.board()
		self.assertEqual({row["status"] for row in board["remembered"]}, {"Shown"})
		self.assertEqual(self.names(board["matches"]), [self.secret])

	def test_a_listing_shows_the_clients_who_want_it_to_those_who_know_them(self):
		with as_user(self.agent.user):
			api.choose(self.requirement, [self.near], shown=True)
			found = api.get_clients(self.dear)
			(match,) = found["matches"]
			self.assertEqual(match["person"]["client_name"], "赵先生")
			self.assertEqual(match["wish"]["budget_max"], 4000000)
			self.assertEqual(self.names(api.get_clients(self.near)["remembered"], "client"), [self.client])
		with as_user(self.colleague.user):
			for listing in (self.near, self.dear):
				found = api.get_clients(listing)
				self.assertEqual((found["matches"], found["remembered"]), ([], []))

	def test_a_second_agent_neither_asks_nor_acts(self):
		pairs.remember(self.requirement, self.near, pairs.REJECTED, "西晒")
		with as_user(self.colleague.user):
			for act in (
				lambda: api.get_listings(self.requirement),
				lambda: api.choose(self.requirement, [self.near], True),
				lambda: api.reject(self.requirement, self.dear, "远"),
				lambda: api.show_again(self.requirement, self.near),
				lambda: api.set_undone(self.requirement, True),
				lambda: api.get_clients(self.secret),
			):
				self.assertRaises(frappe.PermissionError, act)

	def test_a_listing_one_may_not_see_is_neither_shown_nor_chosen(self):
		mine = factory.make_client(agent=self.colleague.name).name
		wanted = factory.make_requirement(client=mine).name
		pairs.remember(wanted, self.secret, pairs.SHOWN)
		with as_user(self.colleague.user):
			board = api.get_listings(wanted)
			self.assertNotIn(self.secret, self.names(board["matches"] + board["remembered"]))
			self.assertRaises(frappe.PermissionError, api.choose, wanted, [self.near, self.secret])
