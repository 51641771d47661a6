"""Finding homes beside the list: the map, the comparison, the search by an estate's names; by the reader's rows."""

import frappe
from frappe.desk.search import search_link

from agency_crm.api.frappe import lists
from agency_crm.api.listings import finding as api
from agency_crm.services.listings import finding, indexed
from agency_crm.services.rating import tags
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

BELOW = indexed.BELOW
LIST_QUERIES = 6  # who looks, the tree, the rows; for any number of rows
BOX = {"south": 31.2, "north": 31.3, "west": 121.4, "east": 121.5}


class FindingCase(AgencyTestCase):
	"""Two agents of two stores."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent, cls.other = factory.make_agent(), factory.make_agent()

	def live(self, agent=None, **fields):
		"""A listing on the market of the first agent, or of the one given."""
		with as_user((agent or self.agent).user):
			return factory.make_listing("Live", **fields)

	def placed(self, latitude=31.25, longitude=121.45, agent=None, **fields):
		"""One whose estate lies there."""
		listing = self.live(agent, **fields)
		listing.db_set({"latitude": latitude, "longitude": longitude})
		return listing


class TestMap(FindingCase):
	def places(self, bounds=BOX, filters=None, user=None):
		with as_user(user or self.agent.user):
			return api.on_map(frappe.as_json(bounds) if bounds else None, frappe.as_json(filters or []))

	def test_an_estate_is_one_place_with_the_count_and_range_of_its_prices(self):
		first = self.placed()
		self.placed(estate=first.estate, room_no="502", asking_price=4200000)
		self.placed(latitude=31.35)
		self.placed(longitude=121.55)
		found = self.places()
		self.assertEqual([place.estate for place in found["places"]], [first.estate])
		place = found["places"][0]
		self.assertEqual((place.listings, place.lowest, place.highest), (2, 3500000, 4200000))
		self.assertEqual((place.latitude, place.longitude, found["more"]), (31.25, 121.45, False))
		self.assertEqual(place.estate_name, frappe.db.get_value("Estate", first.estate, "estate_name"))

	def test_only_what_one_may_see(self):
		self.placed(scope="Store")
		self.assertEqual(len(self.places()["places"]), 1)
		self.assertEqual(self.places(user=self.other.user)["places"], [])
		with self.assertRaises(frappe.PermissionError):
			self.places(user=factory.make_user("Accounts User").name)

	def test_the_lists_filters_hold(self):
		self.placed()
		rich = self.placed(asking_price=9000000)
		filters = [["Listing", "asking_price", ">=", 8000000]]
		self.assertEqual([place.estate for place in self.places(filters=filters)["places"]], [rich.estate])

	def test_at_most_so_many_places(self):
		for _number in range(3):
			self.placed()
		self.addCleanup(setattr, finding, "MOST_PLACES", finding.MOST_PLACES)
		finding.MOST_PLACES = 2
		found = self.places()
		self.assertEqual((len(found["places"]), found["more"]), (2, True))

	def test_without_bounds_it_shows_the_newest(self):
		listing = self.placed(latitude=-12.5, longitude=33)
		found = self.places(bounds=None, filters=[["Listing", "name", "=", listing.name]])
		self.assertEqual([place.estate for place in found["places"]], [listing.estate])
		self.assertTrue(found["bounds"]["south"] < -12.5 < found["bounds"]["north"])
		nowhere = self.live()
		found = self.places(bounds=None, filters=[["Listing", "name", "=", nowhere.name]])
		self.assertEqual(found, {"bounds": None, "places": [], "more": False})

	def test_bounds_that_are_none_are_refused(self):
		for bounds in ({"south": 1}, BOX | {"west": "x"}, BOX | {"south": 31.4}):
			with self.assertRaises(frappe.ValidationError):
				self.places(bounds=bounds)
		self.assertEqual(finding.read_bounds(BOX | {"north": 100})["north"], 90)


class TestComparison(FindingCase):
	def compare(self, *listings, user=None):
		with as_user(user or self.agent.user):
			return api.compare(frappe.as_json([getattr(listing, "name", listing) for listing in listings]))

	def test_the_listings_stand_in_the_order_asked_for_with_their_photos(self):
		first, second = self.live(), self.live(asking_price=4200000)
		for slot, url, cover in (("Bedroom", "a", 0), ("Exterior", "b", 1), ("Certificate", "c", 0)):
			row = second.append(
				"media", {"slot": slot, "file": f"/private/files/{url}.jpg", "is_cover": cover}
			)
			row.db_insert()
		found = self.compare(second, first, second)
		self.assertEqual([row["name"] for row in found], [second.name, first.name])
		self.assertEqual(found[0]["asking_price"], 4200000)
		self.assertEqual([photo["slot"] for photo in found[0]["photos"]], ["Exterior", "Bedroom"])
		self.assertEqual(found[1]["photos"], [])

	def test_neither_address_nor_owner_is_compared(self):
		found = self.compare(self.live(), self.live())[0]
		self.assertFalse({"room_no", "unit_no", "building_no", "certificate_no", "owners"} & set(found))

	def test_fewer_than_two_or_more_than_four_are_refused(self):
		listings = [self.live() for _number in range(5)]
		for chosen in (listings, listings[:1], []):
			with self.assertRaisesRegex(frappe.ValidationError, str(len(chosen))):
				self.compare(*chosen)
		self.assertEqual(len(self.compare(*listings[:4])), 4)

	def test_one_not_to_be_seen_is_refused_by_name(self):
		mine, hidden = self.live(), self.live(scope="Store")
		with self.assertRaisesRegex(frappe.PermissionError, hidden.name):
			self.compare(mine, hidden, user=self.other.user)
		with self.assertRaises(frappe.PermissionError):
			self.compare(mine, "LST-999999")


class TestSearch(FindingCase):
	def found(self, txt, user=None, doctype="Listing"):
		with as_user(user or self.agent.user):
			return [row["value"] for row in search_link(doctype, txt, page_length=20)]

	def test_by_number_title_and_every_name_of_its_estate(self):
		estate = factory.make_estate(estate_name="锦绣云栖苑测", aliases="云栖小筑测")
		listing = self.live(estate=estate.name)
		for txt in (listing.name, "锦绣云栖苑", "云栖小筑测", "jxyqyc", "JXYQ", " 锦绣 "):
			self.assertIn(listing.name, self.found(txt), txt)
			if txt != listing.name:
				self.assertIn(estate.name, self.found(txt, doctype="Estate"), txt)
		self.assertNotIn(listing.name, self.found("没有这个小区"))

	def test_only_what_one_may_see(self):
		listing = self.live(scope="Store")
		self.assertEqual(self.found(listing.name), [listing.name])
		self.assertEqual(self.found(listing.name, user=self.other.user), [])


class TestListFilters(FindingCase):
	"""What the Desk's list asks for is written so that an index serves it, and finds the same."""

	def ask(self, *filters, method=lists.get_page, **asked):
		fields = frappe.as_json(["`tabListing`.`name`"])
		form = {"doctype": "Listing", "fields": fields, "filters": frappe.as_json(filters), **asked}
		self.addCleanup(setattr, frappe.local, "form_dict", frappe.local.form_dict)
		with as_user(self.agent.user):
			frappe.local.form_dict = frappe._dict(form)
			return method()

	def names(self, *filters):
		page = self.ask(*filters, page_length=500)
		return {row[0] for row in page["values"]} if page else set()

	def test_a_place_is_searched_with_all_below_it(self):
		district = factory.make_territory(is_group=1)
		circle = factory.make_territory(parent_territory=district.name)
		inside = self.live(estate=factory.make_estate(territory=circle.name).name)
		self.live()
		for place in (district.name, circle.name):
			below = ["Listing", "territory", BELOW, place]
			self.assertEqual(self.names(below), {inside.name})
			self.assertEqual(self.ask(below, method=lists.get_page_count, limit=11), 1)
			self.assertEqual(indexed.filters("Listing", [below])[0][2], "in")
		nowhere = ["Listing", "territory", BELOW, "Nowhere"]
		self.assertEqual(indexed.filters("Listing", [nowhere]), [nowhere])

	def test_a_business_circle_given_to_another_district_takes_its_listings_along(self):
		one, other = factory.make_territory(is_group=1), factory.make_territory(is_group=1)
		circle = factory.make_territory(parent_territory=one.name)
		inside = self.live(estate=factory.make_estate(territory=circle.name).name)
		unknown = self.live(estate=factory.make_estate(territory=other.name).name)
		circle.update({"parent_territory": other.name}).save()
		self.assertEqual(self.names(["Listing", "territory", BELOW, one.name]), set())
		self.assertEqual(self.names(["Listing", "territory", BELOW, other.name]), {inside.name, unknown.name})
		kept = factory.make_territory(parent_territory=one.name)
		frappe.rename_doc("Territory", circle.name, kept.name, merge=True)
		self.assertEqual(self.names(["Listing", "territory", BELOW, one.name]), {inside.name})

	def test_a_tag_finds_the_same_whether_few_or_many_listings_have_it(self):
		token = frappe.generate_hash(length=6)
		names = [f"近{token}地铁", f"满{token}", f"满{token}唯一"]
		for name in names:
			frappe.get_doc(doctype="Agency Tag", tag_name=name, kind="Free").insert()
		both = self.live(tags=[{"tag": names[0]}, {"tag": names[1]}])
		longer = self.live(tags=[{"tag": names[2]}])
		tagged = [["Listing Tag", "tag", "=", name] for name in names]
		written = []
		for few in (indexed.FEW, 0):
			self.addCleanup(setattr, indexed, "FEW", indexed.FEW)
			indexed.FEW = few
			self.assertEqual(self.names(tagged[0]), {both.name})
			self.assertEqual(self.names(tagged[1]), {both.name}, "a part of another tag's name")
			self.assertEqual(self.names(tagged[2]), {longer.name})
			written.append([row[2] for row in indexed.filters("Listing", tagged)])
		self.assertEqual(written, [["in", "in", "in"], ["like", "=", "like"]])
		indexed.FEW = 500
		self.assertEqual(self.names(tagged[0], tagged[1]), {both.name}, "two tags at once")
		self.assertEqual(self.names(["Listing Tag", "tag", "=", "no such tag"]), set())

	def test_a_range_of_numbers(self):
		cheap, dear = self.live(asking_price=2000000), self.live(asking_price=3000000)
		these = ["Listing", "name", "in", [cheap.name, dear.name]]
		for ends, found in (
			([2000000, 2500000], {cheap.name}),
			([2500000, None], {dear.name}),
			([None, 3000000], {cheap.name, dear.name}),
			("2000000,3000000", {cheap.name, dear.name}),
			([3000000, 3000000], {dear.name}),
		):
			self.assertEqual(self.names(these, ["Listing", "asking_price", "between", ends]), found, ends)
		days = ["Listing", "listed_on", "between", ["2026-01-01", "2026-02-01"]]
		self.assertEqual(indexed.filters("Listing", [days]), [days])

	def test_only_what_one_may_see(self):
		mine, hidden = self.live(), self.live(self.other, scope="Store")
		both = ["Listing", "name", "in", [mine.name, hidden.name]]
		self.assertEqual(self.names(both), {mine.name})
		self.assertEqual(self.ask(both, method=lists.get_page_count), 1)
		with as_user(factory.make_user("Accounts User").name), self.assertRaises(frappe.PermissionError):
			frappe.local.form_dict = frappe._dict(doctype="Listing", fields='["name"]')
			lists.get_page()

	def test_the_first_saved_views_find_what_is_on_the_market_with_their_tag(self):
		views = frappe.get_all(
			"List Filter", {"reference_doctype": "Listing"}, ["filter_name", "filters", "for_user"]
		)
		self.assertTrue(views)
		view = views[0]
		self.assertFalse(view.for_user)
		tags.ensure([view.filter_name])
		tagged = [{"tag": view.filter_name}]
		live = self.live()
		draft = factory.make_listing(estate=live.estate, room_no="502")
		for listing in (live, draft):
			listing.append("tags", tagged[0]).db_insert()
		rows = [row[:4] for row in frappe.parse_json(view.filters)]
		these = ["Listing", "name", "in", [live.name, draft.name]]
		self.assertEqual(self.names(these, *rows), {live.name})

	def test_the_list_asks_few_queries(self):
		for _number in range(3):
			self.live()
		self.ask(page_length=20)
		with self.assertQueryCount(LIST_QUERIES):
			self.ask(["Listing", "territory", BELOW, "All Territories"], page_length=20)

	def test_the_desk_asks_these_endpoints(self):
		for name in ("get", "get_count"):
			asked = frappe.get_hooks("override_whitelisted_methods")[f"frappe.desk.reportview.{name}"][-1]
			self.assertIs(
				frappe.get_attr(asked),
				{"get": lists.get_page, "get_count": lists.get_page_count}[name],
			)
