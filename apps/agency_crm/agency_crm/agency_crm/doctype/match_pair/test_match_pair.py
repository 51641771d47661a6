"""Pairs of a requirement and a listing: kept once, whoever makes them, and seen by who sees both sides."""

from decimal import Decimal

import frappe

from agency_crm.domain.matching.score import Match, Reason
from agency_crm.services.matching import pairs
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.races import at_once

MATCH = Match(Decimal("82.5"), (Reason("Area", Decimal(10), Decimal(20), "Below"),))
STATUS = {"fieldname": ["status", "reject_reason", "score"], "as_dict": True}


class TestMatchPair(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = factory.make_agent()
		cls.client = factory.make_client(agent=cls.agent.name).name
		cls.requirement = factory.make_requirement(client=cls.client).name
		cls.listing = factory.make_listing("Live").name

	def pair(self) -> frappe._dict:
		return frappe.db.get_value(pairs.PAIR, {"pair_key": f"{self.requirement}|{self.listing}"}, **STATUS)

	def suggest(self, score: str = "82.5"):
		match = Match(Decimal(score), MATCH.reasons)
		pairs.suggest([pairs.suggestion(self.requirement, self.client, self.listing, match)])

	def test_suggested_again_it_is_the_same_pair_with_the_new_score(self):
		self.suggest()
		self.suggest("70.25")
		kept = frappe.get_all(pairs.PAIR, {"requirement": self.requirement}, ["status", "score", "reasons"])
		self.assertEqual([(row.status, row.score) for row in kept], [("Suggested", 70.25)])
		self.assertEqual(
			pairs.read_reasons(kept[0].reasons),
			[{"part": "Area", "points": 10.0, "most": 20.0, "word": "Below"}],
		)

	def test_what_was_shown_or_rejected_stays_so_and_away(self):
		self.assertFalse(pairs.hidden("listing", [self.listing]))
		for status in ("Shown", "Viewed", "Rejected"):
			pairs.remember(self.requirement, self.listing, status, "太远")
			self.suggest()
			self.assertEqual(self.pair().status, status)
			self.assertEqual(
				pairs.hidden("requirement", [self.requirement]), {(self.requirement, self.listing)}
			)

	def test_a_rejection_taken_back_leaves_what_was_before(self):
		pairs.remember(self.requirement, self.listing, pairs.SHOWN)
		pairs.remember(self.requirement, self.listing, pairs.REJECTED, " 太远 ")
		self.assertEqual(self.pair().reject_reason, "太远")
		pairs.take_back(self.requirement, self.listing, pairs.REJECTED)
		self.assertEqual((self.pair().status, self.pair().reject_reason), ("Shown", None))
		pairs.take_back(self.requirement, self.listing, pairs.SHOWN)
		self.assertEqual(self.pair().status, "Suggested")

	def test_only_stale_suggestions_go_and_none_that_was_told(self):
		others = [factory.make_listing().name for _ in range(2)]
		for listing in others:
			pairs.suggest([pairs.suggestion(self.requirement, self.client, listing, MATCH)])
		frappe.db.set_value(pairs.PAIR, {"listing": others[0]}, "told_on", frappe.utils.now_datetime())
		pairs.remember(self.requirement, self.listing, pairs.REJECTED, "太远")
		tomorrow, later = (frappe.utils.add_days(frappe.utils.now_datetime(), days) for days in (1, 2))
		pairs.drop_stale(tomorrow)
		self.assertEqual(self.paired(), {self.listing, *others})  # it wasn't matched since
		frappe.db.set_value("Client Requirement", self.requirement, "matched_on", later)
		pairs.drop_stale(tomorrow)
		self.assertEqual(self.paired(), {self.listing, others[0]})

	def paired(self) -> set[str]:
		return set(frappe.get_all(pairs.PAIR, {"requirement": self.requirement}, pluck="listing"))

	def test_pairs_go_with_either_side(self):
		for doctype, name in (
			("Listing", factory.make_listing().name),
			("Client Requirement", factory.make_requirement(client=self.client).name),
		):
			side = {"requirement": self.requirement, "listing": self.listing, pairs.LINKS[doctype]: name}
			pairs.remember(side["requirement"], side["listing"], pairs.SHOWN)
			frappe.delete_doc(doctype, name)
			self.assertFalse(frappe.db.exists(pairs.PAIR, {pairs.LINKS[doctype]: name}))

	def test_a_second_agent_sees_no_pair_of_a_private_client(self):
		self.suggest()
		other = factory.make_agent(store=self.agent.store)
		for user, seen in ((self.agent.user, 1), (other.user, 0)):
			with self.set_user(user):
				for filters in ({"listing": self.listing}, {"client": self.client}, {"score": (">", 0)}):
					found = frappe.get_list(pairs.PAIR, filters)
					self.assertEqual(len(found), seen, filters)
				counted = frappe.get_list(pairs.PAIR, {"listing": self.listing}, ["count(*) as n"])
				self.assertEqual(counted[0].n, seen)

	def test_given_to_another_client_a_requirement_takes_its_pairs_along(self):
		self.suggest()
		other = factory.make_agent(store=self.agent.store)
		requirement = frappe.get_doc("Client Requirement", self.requirement)
		requirement.client = factory.make_client(agent=other.name).name
		requirement.save()
		for user, seen in ((self.agent.user, 0), (other.user, 1)):
			with self.set_user(user):
				self.assertEqual(len(frappe.get_list(pairs.PAIR, {"listing": self.listing})), seen)

	def test_nobody_writes_a_pair_by_hand(self):
		self.suggest()
		pair = frappe.get_doc(pairs.PAIR, {"listing": self.listing})
		with self.set_user(self.agent.user):
			pair.status = "Viewed"
			self.assertRaises(frappe.PermissionError, pair.save)
			self.assertRaises(frappe.PermissionError, frappe.copy_doc(pair).insert)


class TestPairsAtOnce(AgencyTestCase):
	"""Writers on connections of their own; what they commit is taken away at the end."""

	def setUp(self):
		super().setUp()
		frappe.db.bulk_insert("Client Requirement", ["name", "client"], [("REQ-RACE", "C-RACE")])
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		frappe.db.delete(pairs.PAIR, {"requirement": "REQ-RACE"})
		frappe.db.delete("Client Requirement", {"name": "REQ-RACE"})
		frappe.db.commit()
		frappe.db.savepoint("agency_test")  # the commits took the one of setUp
		super().tearDown()

	def suggest(self):
		pairs.suggest([pairs.suggestion("REQ-RACE", "C-RACE", "L-RACE", MATCH)])

	def reject(self):
		pairs.remember("REQ-RACE", "L-RACE", pairs.REJECTED, "太远")

	def show(self):
		pairs.remember("REQ-RACE", "L-RACE", pairs.SHOWN)

	def check(self, *acts, held_at: str):
		outcomes = at_once(*acts, held_at=held_at)
		self.assertEqual([outcome.error for outcome in outcomes], [None] * len(acts))
		frappe.db.rollback()
		kept = frappe.get_all(pairs.PAIR, {"listing": "L-RACE"}, ["status", "rejected_on", "shown_on"])
		self.assertEqual([row.status for row in kept], ["Rejected"])
		self.assertTrue(kept[0].rejected_on and kept[0].shown_on)

	def test_two_at_once_make_one_pair_that_knows_of_both(self):
		frappe.db.get_value("Client Requirement", "REQ-RACE", "name", for_update=True)
		self.check(self.reject, self.show, held_at="tabClient Requirement%FOR UPDATE")

	def test_what_the_night_suggests_at_that_moment_loses_nothing(self):
		self.show()
		frappe.db.commit()
		frappe.db.get_value(pairs.PAIR, {"listing": "L-RACE"}, "name", for_update=True)
		self.check(self.suggest, self.reject, self.suggest, held_at="tabMatch Pair%")
