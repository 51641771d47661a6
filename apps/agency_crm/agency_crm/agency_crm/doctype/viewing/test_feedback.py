"""What a client's word on a viewed home teaches of what they want: seen, undone, taken back."""

import frappe

from agency_crm.framework import workflow_guard
from agency_crm.services.matching import learning, pairs
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

LESSONS = ["part", "factor", "viewing", "undone"]


class TestFeedback(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = factory.make_agent()
		cls.client = factory.make_client(agent=cls.agent.name).name
		cls.listing = factory.make_listing("Live").name
		cls.lease = factory.make_listing("Live", listing_type="Lease").name

	def setUp(self):
		super().setUp()
		self.requirement = factory.make_requirement(client=self.client).name
		self.viewing = factory.make_viewing(self.listing, client=self.client, agent=self.agent.name)

	def say(self, interest: int = 1, dislikes: str | None = "Area", price_opinion: str = "", stop: int = 0):
		self.viewing.stops[stop].update(
			{
				"feedback": "厨房太小",
				"interest": interest,
				"dislikes": dislikes,
				"price_opinion": price_opinion,
			}
		)
		self.viewing.save()

	def done(self, **said):
		self.say(**said)
		workflow_guard.move(self.viewing, "Closed")

	def learned(self) -> dict[str, float]:
		rows = frappe.get_doc("Client Requirement", self.requirement).learned
		return {row.part: row.factor for row in rows if not row.undone}

	def pair(self) -> frappe._dict:
		of = {"requirement": self.requirement, "listing": self.listing}
		return frappe.db.get_value(pairs.PAIR, of, ["status", "viewing"], as_dict=True)

	def test_planned_its_home_is_shown_and_done_it_is_viewed(self):
		self.assertEqual(self.pair(), {"status": "Shown", "viewing": None})
		self.done()
		self.assertEqual(self.pair(), {"status": "Viewed", "viewing": self.viewing.name})

	def test_what_did_not_suit_weighs_more_from_then_on(self):
		self.say(dislikes="Decoration、Area", price_opinion="Too High")
		self.assertEqual(self.learned(), {})
		workflow_guard.move(self.viewing, "Closed")
		self.assertEqual(self.learned(), {"Area": 1.2, "Decoration": 1.2, "Price": 1.2})
		self.assertEqual(learning.factors(self.requirement), self.learned())
		self.assertEqual(self.viewing.stops[0].dislikes, "Area,Decoration")

	def test_a_word_that_is_none_is_refused_by_its_row(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Row 1.*Smell"):
			self.say(dislikes="Area,Smell")

	def test_what_a_liked_home_missed_weighs_less(self):
		missed = [{"part": "Decoration", "points": 1, "most": 10, "word": "Otherwise"}]
		pair = {"requirement": self.requirement, "listing": self.listing}
		frappe.db.set_value(pairs.PAIR, pair, "reasons", frappe.as_json(missed))
		self.done(interest=5, dislikes=None)
		self.assertEqual(self.learned(), {"Decoration": 0.83})

	def test_a_sale_teaches_nothing_of_what_is_to_rent(self):
		rent = {"requirement_type": "Rent", "budget_min": 0, "budget_max": 6000}
		to_rent = factory.make_requirement(client=self.client, **rent).name
		self.viewing.append("stops", {"listing": self.lease})
		self.say(stop=1, dislikes="Metro")
		self.done()
		self.assertEqual(self.learned(), {"Area": 1.2})
		self.assertEqual(learning.factors(to_rent), {"Metro": 1.2})

	def test_said_again_it_teaches_anew_and_what_was_undone_stays_undone(self):
		self.done(dislikes="Area,Decoration")
		area = frappe.db.get_value(learning.LEARNED, {"parent": self.requirement, "part": "Area"})
		learning.set_undone(self.requirement, True, [area])
		self.assertEqual(self.learned(), {"Decoration": 1.2})
		self.say(dislikes="Area,Floor", interest=5)
		self.assertEqual(self.learned(), {"Floor": 1.04})
		learning.set_undone(self.requirement, False)
		self.assertEqual(self.learned(), {"Area": 1.04, "Floor": 1.04})
		learning.set_undone(self.requirement, True)
		self.say(dislikes="Area", interest=1)
		self.assertEqual(self.learned(), {})
		self.assertEqual(learning.factors(self.requirement), {})

	def test_no_longer_done_it_takes_its_lessons_back(self):
		self.done()
		workflow_guard.move(self.viewing, "Live")
		self.assertEqual(self.learned(), {})
		self.assertEqual(self.pair(), {"status": "Shown", "viewing": None})

	def test_given_to_another_client_it_teaches_of_that_one_alone(self):
		other = factory.make_client(agent=self.agent.name).name
		theirs = factory.make_requirement(client=other).name
		self.done()
		self.viewing.client = other
		self.viewing.save()
		self.assertEqual((self.learned(), self.pair().status), ({}, "Shown"))
		self.assertEqual(learning.factors(theirs), {"Area": 1.2})

	def test_deleted_it_leaves_nothing_it_taught(self):
		self.done()
		frappe.delete_doc("Viewing", self.viewing.name)
		self.assertEqual(self.learned(), {})
		self.assertEqual(self.pair().viewing, None)

	def test_two_viewings_stay_within_the_bound_of_the_agency(self):
		for _ in range(2):
			self.done(dislikes="Area")
			self.viewing = factory.make_viewing(self.listing, client=self.client, agent=self.agent.name)
		self.assertEqual(learning.factors(self.requirement), {"Area": 1.44})
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		frappe.db.set_single_value("Agency Settings", "match_learning_most", 1.3)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		self.assertEqual(learning.factors(self.requirement), {"Area": 1.3})

	def test_a_save_of_the_requirement_neither_loses_nor_makes_lessons(self):
		opened = frappe.get_doc("Client Requirement", self.requirement)
		self.done()
		with as_user(self.agent.user):
			opened.update({"remarks": "喜欢安静", "learned": []})
			opened.save()
			self.assertEqual(self.learned(), {"Area": 1.2})
			opened.append("learned", {"part": "Price", "factor": 9})
			opened.save()
		self.assertEqual(self.learned(), {"Area": 1.2})
