"""The dictionary of estates: found by every name, once in a business circle, on a real site."""

import frappe

from agency_crm.api.desk.boxes import search_estates
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

POINT = (
	'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
	'"geometry": {"type": "Point", "coordinates": [116.4, 39.9]}}]}'
)


class TestEstate(AgencyTestCase):
	def search(self, text: str, **filters) -> list[str]:
		return [row[0] for row in search_estates("Estate", text, "name", 0, 20, filters)]

	def test_a_second_one_of_a_name_in_a_circle_is_refused_with_the_first(self):
		first = factory.make_estate(estate_name="锦绣花园（三期）")
		with self.assertRaisesRegex(frappe.DuplicateEntryError, first.name):
			factory.make_estate(estate_name="锦绣花园(三期)", territory=first.territory)
		factory.make_estate(estate_name="锦绣花园（三期）")

	def test_renamed_onto_another_it_is_refused(self):
		first = factory.make_estate()
		second = factory.make_estate(territory=first.territory)
		second.estate_name = first.estate_name
		self.assertRaises(frappe.DuplicateEntryError, second.save)

	def test_buildings_stand_in_their_one_form(self):
		estate = factory.make_estate(buildings=[{"building_no": "０３号楼"}, {"building_no": "A座"}])
		self.assertEqual([row.building_no for row in estate.buildings], ["3", "A"])

	def test_it_is_found_by_name_alias_and_pinyin_initials(self):
		estate = factory.make_estate(estate_name="试验锦绣花园", aliases="试验锦绣家园\n老锦绣")
		agent = factory.make_agent().user
		for text in ("锦绣花", "老锦绣", "syjxhy", "SYJX", estate.name):
			with as_user(agent):
				self.assertIn(estate.name, self.search(text), text)
		self.assertEqual(self.search("不存在的小区"), [])

	def test_a_link_s_own_filters_hold(self):
		estate = factory.make_estate()
		name = estate.estate_name
		self.assertEqual(self.search(name, territory=estate.territory), [estate.name])
		self.assertEqual(self.search(name, territory=factory.make_territory().name), [])

	def test_who_may_not_read_estates_finds_none(self):
		with as_user(factory.make_user("Desk User", first_name="Nobody").name):
			self.assertRaises(frappe.PermissionError, self.search, "")

	def test_a_record_of_another_system_comes_in_once(self):
		portal = {"source_channel": "portal", "external_id": "17"}
		factory.make_estate(**portal)
		self.assertRaises(frappe.UniqueValidationError, factory.make_estate, **portal)
		for text in ("a17", "A17", "🏠", "🚗"):
			factory.make_estate(source_channel="portal", external_id=text)

	def test_its_listings_take_its_place_and_follow_it(self):
		estate = factory.make_estate(
			metro=[
				{"line": "1号线", "station": "东", "distance": 1200},
				{"line": "2号线", "station": "西", "distance": 650},
				{"line": "3号线", "station": "北"},
			],
			schools="实验小学",
			location=POINT,
		)
		listing = factory.make_listing(estate=estate.name)
		self.assertEqual((listing.metro_distance, listing.has_school), (650, 1))
		self.assertEqual((listing.latitude, listing.longitude), (39.9, 116.4))
		estate.update(
			{"metro": [], "schools": " ", "location": None, "territory": factory.make_territory().name}
		)
		estate.save()
		stale = listing.save()  # read before the estate changed
		for place in (stale, frappe.get_doc("Listing", listing.name)):
			self.assertEqual((place.metro_distance, place.has_school, place.latitude), (0, 0, 0))
			self.assertEqual(place.territory, estate.territory)
