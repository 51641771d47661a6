"""What the form of a new listing is told of its address: rooms known, earlier listings and deals, on a real site."""

import frappe

from agency_crm.api.listings import properties as api
from agency_crm.framework import workflow_guard
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.users import as_user


class TestSuggestions(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = factory.make_agent()
		cls.estate = factory.make_estate(
			buildings=[
				{"building_no": "3号楼", "units": 2, "rooms": "1单元: 101-202\n2单元: 301"},
				{"building_no": "10", "units": 3},
			]
		).name
		factory.make_listing(estate=cls.estate, building_no="7", unit_no="4", room_no="2001")

	def suggest(self, *place) -> tuple:
		with as_user(self.agent.user):
			known = api.suggest(self.estate, *place)
		return tuple(known[part] for part in ("buildings", "units", "rooms"))

	def test_buildings_of_the_dictionary_and_of_listings_in_order(self):
		self.assertEqual(self.suggest(), (["3", "7", "10"], [], []))

	def test_units_and_rooms_of_a_building(self):
		self.assertEqual(self.suggest("３号楼")[1:], (["1", "2"], ["101", "102", "201", "202", "301"]))
		self.assertEqual(self.suggest("3", "2单元")[2], ["301"])
		self.assertEqual(self.suggest("10")[1:], (["1", "2", "3"], []))
		self.assertEqual(self.suggest("7", "4")[1:], (["4"], ["2001"]))

	def test_a_room_that_is_not_in_the_list_is_taken_with_a_warning(self):
		def warned(**place) -> str:
			frappe.clear_messages()
			listing = factory.make_listing(estate=self.estate, **place)
			self.assertTrue(listing.property)
			return " ".join(str(message) for message in frappe.get_message_log())

		said = warned(building_no="3", unit_no="2", room_no="999")
		self.assertIn("999", said)
		self.assertIn("3号楼2单元999室", said)
		self.assertIn("orange", said)
		for place in ("3", "1", "101"), ("3", "", "301"), ("10", "1", "9"):
			self.assertNotIn(
				"Room Not Known",
				warned(**dict(zip(("building_no", "unit_no", "room_no"), place, strict=True))),
			)

	def test_rooms_that_cannot_be_read_are_refused_with_building_and_field(self):
		with self.assertRaisesRegex(frappe.ValidationError, "row 2 of.*Rooms.*204-101"):
			factory.make_estate(
				buildings=[{"building_no": "1", "rooms": "101"}, {"building_no": "2", "rooms": "204-101"}]
			)


class TestHistory(DealCase):
	def test_what_was_listed_and_dealt_is_told_to_who_may_see_it(self):
		home = frappe.get_doc("Listing", self.listing.name)
		home.update({"orientation": "南 北", "certificate_date": "2015-03-01"})
		home.save()
		deal = self.make_deal()
		place = [home.get(part) for part in ("estate", "building_no", "room_no", "unit_no")]
		with as_user(self.agent.user):
			past = api.history_at(*place)
		self.assertEqual([row["name"] for row in past["listings"]], [home.name])
		self.assertEqual([row.name for row in past["deals"]], [deal.name])
		self.assertEqual((past["facts"]["orientation"], past["facts"]["gross_area"]), ("南 北", 89.5))
		self.assertEqual(str(past["facts"]["certificate_date"]), "2015-03-01")
		self.assertNotIn("certificate_no", past["facts"])
		with as_user(factory.make_agent().user):
			self.assertEqual(api.history_of(home.property)["deals"], [])
			self.assertIsNone(api.history_at(home.estate, "99", "99"))
		home.db_set({"scope": "Private"})
		with as_user(factory.make_agent().user), self.assertRaises(frappe.PermissionError):
			api.history_of(home.property)

	def test_who_bought_it_has_dates_of_their_own(self):
		home = frappe.get_doc("Listing", self.listing.name)
		home.update({"certificate_date": "2015-03-01", "orientation": "南"})
		home.save()
		workflow_guard.move(home, "Closed", "Sold")
		facts = api.history_of(home.property)["facts"]
		self.assertNotIn("certificate_date", facts)
		self.assertEqual(facts["orientation"], "南")
