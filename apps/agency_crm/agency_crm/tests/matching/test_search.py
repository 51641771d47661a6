"""Homes for a client and clients for a home: what comes, in what order, and for whom; the nightly pass over all."""

from unittest.mock import patch

import frappe

from agency_crm.services.matching import nightly, pairs, places, search
from agency_crm.services.matching.places import asked_for
from agency_crm.services.rating import listings as rating
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase

REQUIREMENT = "Client Requirement"


class MatchingCase(AgencyTestCase):
	"""Two circles of a district, with an estate each, an agent and a second one of another store."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.district = factory.make_territory(is_group=1).name
		circles = [factory.make_territory(parent_territory=cls.district).name for _number in range(2)]
		cls.circle, cls.other_circle = circles
		cls.estate, cls.other_estate = (factory.make_estate(territory=circle).name for circle in circles)
		cls.agent, cls.second = factory.make_agent(), factory.make_agent()
		frappe.set_user(cls.agent.user)
		cls.homes = [
			factory.make_listing("Live", estate=estate, room_no=room, bedrooms=3).name
			for room, estate in (("101", cls.estate), ("102", cls.estate), ("103", cls.other_estate))
		]
		frappe.set_user("Administrator")
		cls.near, cls.next, cls.elsewhere = cls.homes

	def tearDown(self):
		frappe.set_user("Administrator")
		super().tearDown()

	def change(self, name: str, **fields) -> None:
		"""Facts of a listing, written past its form."""
		frappe.db.set_value("Listing", name, fields)
		rating.refresh([name])

	def wish(self, user: str | None = None, **fields):
		"""A requirement for the first circle, of a client of this user."""
		frappe.set_user(user or self.agent.user)
		values = {"territories": [{"territory": self.circle}], **fields}
		requirement = factory.make_requirement(**values)
		frappe.set_user("Administrator")
		return requirement

	def listings(self, requirement, user: str | None = None, **options) -> list[str]:
		frappe.set_user(user or self.agent.user)
		found = search.best_listings(requirement.name, **options)
		frappe.set_user("Administrator")
		return [one.listing for one in found]

	def requirements(self, listing: str, user: str | None = None, **options) -> list[str]:
		frappe.set_user(user or self.agent.user)
		found = search.best_clients(listing, **options)
		frappe.set_user("Administrator")
		return [one.requirement for one in found]


class TestSearch(MatchingCase):
	def test_the_best_come_first_and_what_cannot_be_not_at_all(self):
		self.change(self.next, bedrooms=1)
		wish = self.wish(bedrooms_min=3)
		self.assertEqual(self.listings(wish), [self.near, self.next])
		self.assertEqual(self.listings(wish, limit=1), [self.near])
		self.assertEqual(self.requirements(self.near), [wish.name])
		self.assertEqual(self.requirements(self.elsewhere), [])
		self.change(self.near, asking_price=5_000_000)
		self.assertEqual((self.listings(wish), self.requirements(self.near)), ([self.next], []))

	def test_both_directions_say_the_same(self):
		self.change(self.near, orientation="南 北", decoration="Fine")
		wish = self.wish(decorations="精装", orientations="南")
		for fields in (
			{},
			{"territories": [{"territory": self.district}], "area_min": 100},
			{"territories": [], "estates": [{"estate": self.estate}], "bedrooms_min": 4},
			{"territories": [{"territory": self.circle}], "estates": [{"estate": self.other_estate}]},
			{"territories": [], "estates": []},
		):
			with self.subTest(fields):
				wish.update(fields).save()
				there = {one.listing: one for one in search.best_listings(wish.name)}[self.near]
				back = {one.requirement: one for one in search.best_clients(self.near)}[wish.name]
				self.assertEqual(back.client, wish.client)
				self.assertEqual(there.match, back.match)

	def test_a_price_changed_a_moment_ago_counts(self):
		wish, listing = self.wish(), frappe.get_doc("Listing", self.near)
		listing.update({"asking_price": 4_800_000, "price_reason": "业主看涨"}).save()
		self.assertEqual(self.listings(wish), [self.next])
		listing.update({"asking_price": 4_200_000, "price_reason": "业主急售"}).save()
		self.assertEqual(self.listings(wish), [self.next, self.near])

	def test_must_haves_and_what_is_not_known(self):
		wish = self.wish(needs_elevator=1)
		self.assertEqual((self.listings(wish), self.requirements(self.near)), ([], []))
		self.change(self.near, elevator="Yes")
		self.assertEqual((self.listings(wish), self.requirements(self.near)), ([self.near], [wish.name]))

	def test_what_left_the_market_and_who_no_longer_looks_stay_away(self):
		wish = self.wish()
		wish.db_set("status", "Met")
		self.assertEqual((self.listings(wish), self.requirements(self.near)), ([], []))
		wish.db_set("status", "Open")
		frappe.db.set_value("Listing", self.near, "phase", "Held")
		self.assertEqual((self.listings(wish), self.requirements(self.near)), ([self.next], []))

	def test_a_word_that_is_not_understood_is_refused(self):
		wish = self.wish()
		for field, text in (("decorations", "豪华游艇"), ("orientations", "看海"), ("floor_bands", "屋顶")):
			with self.subTest(field), self.assertRaisesRegex(frappe.ValidationError, text):
				wish.reload().update({field: text}).save()

	def test_rejected_pairs_stay_away_and_shown_ones_unless_asked_for(self):
		wish = self.wish()
		pairs.remember(wish.name, self.near, pairs.SHOWN)
		self.assertEqual((self.listings(wish), self.requirements(self.near)), ([self.next], []))
		self.assertEqual(self.listings(wish, with_known=True), [self.near, self.next])
		self.assertEqual(self.requirements(self.near, with_known=True), [wish.name])
		pairs.remember(wish.name, self.near, pairs.REJECTED, "太吵")
		self.assertEqual(self.listings(wish, with_known=True), [self.next])
		self.assertEqual(self.requirements(self.near, with_known=True), [])

	def test_others_private_listings_and_clients_never_come(self):
		frappe.db.set_value("Listing", self.near, "scope", "Private")
		own, theirs = self.wish(), self.wish(self.second.user)
		self.assertEqual(self.listings(own), [self.near, self.next])
		self.assertEqual(self.listings(theirs, self.second.user), [self.next])
		self.assertEqual(self.requirements(self.next), [own.name])
		self.assertEqual(self.requirements(self.next, self.second.user), [theirs.name])
		pooled = {"agent": None, "pool": "Store", "store": self.agent.store}
		frappe.db.set_value("Client", theirs.client, pooled)
		self.assertCountEqual(self.requirements(self.next), [own.name, theirs.name])

	def test_the_nearest_to_the_middle_of_the_budget_are_judged(self):
		for name, price in zip(self.homes, (3_100_000, 3_400_000, 3_600_000), strict=True):
			self.change(name, asking_price=price)
		wish = self.wish(territories=[{"territory": self.district}])
		with patch.object(search, "MOST", 2), patch.object(places, "asked_for", self.without_wider):
			self.assertCountEqual(self.listings(wish), [self.next, self.elsewhere])

	def test_who_sees_few_of_the_nearest_finds_what_they_see(self):
		frappe.db.set_value("Listing", {"name": ("in", self.homes[:2])}, "scope", "Private")
		self.change(self.elsewhere, asking_price=3_050_000)
		wish = self.wish(self.second.user, territories=[{"territory": self.district}])
		with patch.object(search, "MOST", 2), patch.object(places, "asked_for", self.without_wider):
			self.assertEqual(self.listings(wish, self.second.user), [self.elsewhere])

	def without_wider(self, names):
		return [place for place in asked_for(names) if place.asked]

	def test_of_too_many_clients_those_who_name_the_place_are_judged(self):
		anywhere, here = self.wish(territories=[]), self.wish()
		with patch.object(search, "MOST", 1):
			self.assertEqual(self.requirements(self.near), [here.name])
		self.assertCountEqual(self.requirements(self.near), [anywhere.name, here.name])

	def test_every_gate_has_an_index(self):
		wish, root = self.wish(), frappe.db.get_value("Territory", {"lft": 1})
		queries, read = [], search._rows

		def noted(query, columns):
			queries.append(query)
			return read(query, columns)

		with patch.object(search, "_rows", noted):
			for asked in ([self.circle], [self.district], [root], []):
				wish.set("territories", [{"territory": place} for place in asked])
				wish.save()
				self.listings(wish)
			self.requirements(self.near)
		plans = [frappe.db.sql(f"explain {query.get_sql()}", as_dict=True)[0] for query in queries]
		homes = [plan for plan in plans if plan.table == "tabListing"]
		self.assertEqual(
			{plan.key for plan in homes}, {"match_by_place", "match_by_district", "match_by_price"}
		)
		self.assertNotIn("ALL", {plan.type for plan in homes})
		self.assertFalse(any("filesort" in (plan.Extra or "") for plan in homes))


class TestNightly(MatchingCase):
	def test_it_counts_what_everybody_sees_and_keeps_the_best_pairs(self):
		frappe.db.set_value("Listing", self.next, "scope", "Private")
		wish = self.wish()
		nightly.run()
		wish.reload()
		best = search.best_listings(wish.name)[0].match
		self.assertEqual((wish.match_count, wish.match_best), (1, float(best.score)))
		kept = frappe.get_all("Match Pair", {"requirement": wish.name}, ["listing", "score", "status"])
		self.assertEqual({row.listing for row in kept}, {self.near, self.next})
		self.assertEqual({(row.status, row.score) for row in kept}, {(pairs.SUGGESTED, wish.match_best)})

	def test_every_kind_of_place_is_met_as_by_a_search(self):
		# known by its district alone
		frappe.db.set_value("Listing", self.next, {"territory": self.district, "district": self.district})
		asked = [
			self.wish(),
			self.wish(territories=[{"territory": self.district}]),
			self.wish(territories=[], estates=[{"estate": self.other_estate}]),
			self.wish(territories=[]),
		]
		nightly.run()
		for wish, count in zip(asked, (2, 3, 1, None), strict=True):
			found = search.best_listings(wish.name, with_known=True)
			best, counted = frappe.db.get_value(REQUIREMENT, wish.name, ["match_best", "match_count"])
			self.assertEqual(best, float(found[0].match.score))
			self.assertEqual(counted, count or counted)

	def test_a_wish_whose_client_was_deleted_by_force_is_done_with_too(self):
		"""Else the night would ask for it for ever."""
		wish = factory.make_requirement()
		frappe.db.delete("Client", wish.client)
		self.assertEqual([row.name for row in search.wishes([wish.name])], [wish.name])

	def test_killed_in_the_middle_it_goes_on_with_the_rest(self):
		asked = [self.wish().name for _number in range(2)]
		frappe.db.set_value(REQUIREMENT, {"name": ("not in", asked)}, "matched_on", frappe.utils.now())
		match, matched = nightly._match, []

		def dies(names, **others):
			if matched:
				raise KeyboardInterrupt
			matched.extend(names)
			match(names, **others)

		with (
			patch.object(nightly, "CHUNK", 1),
			patch.object(nightly, "_match", dies),
			self.assertRaises(KeyboardInterrupt),
		):
			nightly.run()
		first = frappe.db.get_value(REQUIREMENT, matched[0], "matched_on")
		self.assertTrue(first)
		nightly.run()
		self.assertEqual(frappe.db.get_value(REQUIREMENT, matched[0], "matched_on"), first)
		self.assertEqual(frappe.db.count(REQUIREMENT, {"name": ("in", asked), "match_count": 2}), 2)
