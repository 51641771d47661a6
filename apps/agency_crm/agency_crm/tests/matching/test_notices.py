"""Agents told of homes for their clients: once a pair, in one notice, and of nothing they may not see."""

import frappe

from agency_crm.framework import workflow_guard
from agency_crm.services.matching import notices, pairs
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase

PRICE = 3500000


class TestMatchNotices(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.db.set_value("Listing", {"to_match": 1}, "to_match", 0)  # what the site had is not told here
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.store = factory.make_store(manager=cls.manager).name
		cls.agent, cls.colleague = (factory.make_agent(store=cls.store) for _ in range(2))
		cls.estate = factory.make_estate()
		cls.client = factory.make_client(agent=cls.agent.name).name

	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		self.set_rule(match_tell_score=40)
		self.let_speak(self.agent.user, "en")
		self.requirement = self.want(self.client)

	def set_rule(self, **values):
		frappe.db.set_single_value("Agency Settings", values)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")

	def want(self, client: str, **fields) -> str:
		place = {"territories": [{"territory": self.estate.territory}]}
		return factory.make_requirement(client=client, **place, **fields).name

	def home(self, room: str = "501", phase: str = "Live", **fields):
		values = {"estate": self.estate.name, "room_no": room, "maintainer": self.colleague.name}
		return factory.make_listing(phase, **{**values, **fields})

	def heard(self, user: str | None = None) -> list[str]:
		told = {"for_user": user or self.agent.user, "link": notices.LINK}
		return frappe.get_all("Notification Log", told, pluck="subject", order_by="creation")

	def tell(self) -> list[str]:
		notices.tell_all()
		return self.heard()

	def test_a_listing_on_the_market_is_told_once(self):
		listing = self.home(phase="Draft")
		self.assertEqual(self.tell(), [])
		workflow_guard.move(listing, "Live")
		self.assertEqual(self.tell(), [f"{listing.title} suits 1 clients of yours"])
		pair = frappe.get_doc(pairs.PAIR, {"listing": listing.name})
		self.assertEqual((pair.told_to, pair.status), (self.agent.user, "Suggested"))
		self.assertTrue(pair.told_on)
		frappe.db.set_value("Notification Log", {"for_user": self.agent.user}, "read", 1)
		workflow_guard.move(listing, "Held")
		workflow_guard.move(listing, "Live")
		self.assertEqual(len(self.tell()), 1)

	def test_a_cut_that_brings_it_into_the_budget_is_told_a_rise_is_not(self):
		listing = self.home(asking_price=6000000)
		self.assertEqual(self.tell(), [])
		for price, told in ((6500000, 0), (PRICE, 1)):
			listing.reload()
			listing.update({"asking_price": price, "price_reason": "业主改价"})
			listing.save()
			self.assertEqual(len(self.tell()), told)

	def test_of_many_homes_and_clients_there_is_one_notice(self):
		self.want(factory.make_client(agent=self.agent.name).name)
		for room in ("501", "502"):
			self.home(room)
		self.assertEqual(self.tell(), ["2 listings suit 2 clients of yours"])
		self.home("503")
		self.assertEqual(self.tell(), ["3 listings suit 2 clients of yours"])

	def test_nobody_hears_of_a_listing_or_a_client_they_may_not_see(self):
		listing = self.home(scope="Private").name
		self.assertEqual(self.tell(), [])
		self.assertFalse(self.heard(self.colleague.user))
		self.assertFalse(frappe.db.exists(pairs.PAIR, {"listing": listing, "told_on": ("is", "set")}))

	def test_a_private_listing_made_public_is_news(self):
		listing = self.home(scope="Private")
		self.tell()
		listing.reload()
		listing.scope = "Public"
		listing.save()
		self.assertEqual(len(self.tell()), 1)

	def test_a_pool_s_manager_is_told_where_the_agency_wants_it(self):
		frappe.db.set_value("Client", self.client, {"agent": None, "pool": "Store", "store": self.store})
		self.home()
		self.tell()
		self.assertFalse(self.heard(self.manager))
		self.set_rule(match_tell_pool=1)
		self.home("502")
		self.tell()
		self.assertEqual(len(self.heard(self.manager)), 1)

	def test_who_has_left_is_told_nothing(self):
		frappe.db.set_value("Agent", self.agent.name, "status", "Left")
		self.home()
		self.assertEqual(self.tell(), [])

	def test_what_was_rejected_or_scores_too_little_is_not_told(self):
		listing = self.home(phase="Draft")
		pairs.remember(self.requirement, listing.name, pairs.REJECTED, "太远")
		workflow_guard.move(listing, "Live")
		self.set_rule(match_tell_score=100)
		self.home("502")
		self.assertEqual(self.tell(), [])

	def test_switched_off_nothing_is_marked(self):
		self.set_rule(match_tell=0)
		self.assertFalse(self.home().to_match)
