import frappe
from frappe.utils import add_days, add_to_date, now_datetime, today

from agency_crm.api.rating import grades as grades_api
from agency_crm.api.rating import tags as api
from agency_crm.services.rating import listings as rating
from agency_crm.services.rating import tags
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.tags import TagCase

ONLY_HOME = ("Only Family Home", "Is", "Yes")


class TestAgencyTag(TagCase):
	def test_a_free_tag_is_made_once_whatever_its_case(self):
		name = frappe.generate_hash(length=8)
		made = tags.ensure([f"VR {name}", f"vr {name}"])
		self.assertEqual(set(made), {f"VR {name}", f"vr {name}"})
		self.assertEqual(len(set(made.values())), 1)
		self.assertEqual(tags.ensure([f"Vr {name}"]), {f"Vr {name}": made[f"VR {name}"]})

	def test_a_listing_has_what_the_rules_give_and_its_free_tags(self):
		rule, free = self.make_rule(("Bedrooms", "At Least", "3")), self.make_free()
		listing = factory.make_listing(bedrooms=3, tags=[{"tag": free}])
		self.assertEqual(self.tags_of(listing, rule.name, free), {rule.name: 1, free: 0})
		listing.update({"bedrooms": 2, "layout": None}).save()
		self.assertEqual(self.tags_of(listing, rule.name, free), {free: 0})

	def test_a_rules_tag_is_not_given_by_hand(self):
		rule = self.make_rule(("Bedrooms", "At Least", "9"))
		listing = factory.make_listing(tags=[{"tag": rule.name, "by_rule": 1}])
		self.assertEqual(self.tags_of(listing, rule.name), {})

	def test_an_owners_statement_is_said_to_be_one_until_it_is_verified(self):
		rule = self.make_rule(ONLY_HOME)
		listing = factory.make_listing(sole_home=1, sole_home_on=today())
		self.assertIn(f"{rule.name} (owner's statement)", self.in_english(listing))
		frappe.db.set_value("Listing", listing.name, "sole_home_verified", 1)
		rating.refresh([listing.name])
		listing.reload()
		self.assertIn(rule.name, listing.tag_names.split("、"))

	def in_english(self, listing) -> str:
		stated = frappe._("{0} (owner's statement)", lang=frappe.get_system_settings("language"))
		return listing.tag_names.replace(stated.format(""), " (owner's statement)")

	def test_a_condition_that_cannot_be_read_is_refused_by_its_row(self):
		for row in (("Photos", "At Least", "many"), ("Key", "Is", "Best"), ("Key", "At Least", "In")):
			with self.assertRaisesRegex(frappe.ValidationError, "2"):
				self.make_rule(ONLY_HOME, row)
		self.assertRaises(frappe.MandatoryError, self.make_rule)

	def test_agents_make_free_tags_and_no_rules(self):
		agent = factory.make_agent()
		rule = self.make_rule(ONLY_HOME)
		frappe.set_user(agent.user)
		frappe.get_doc({"doctype": "Agency Tag", "tag_name": frappe.generate_hash(length=8)}).insert()
		self.assertRaises(frappe.PermissionError, self.make_rule, ONLY_HOME)
		self.assertRaises(frappe.PermissionError, rule.save)
		self.assertRaises(frappe.PermissionError, api.preview, [])

	def test_a_preview_counts_the_live_listings_that_meet_all_conditions(self):
		conditions = [{"fact": "Bedrooms", "operator": "Is", "value": "7"}]
		before = api.preview(conditions)
		factory.make_listing(bedrooms=7)
		after = api.preview(conditions)
		self.assertEqual(after["found"] - before["found"], 1)
		self.assertGreaterEqual(after["of"], after["found"])

	def test_an_estates_new_metro_reaches_its_listings(self):
		rule = self.make_rule(("Metro Distance (m)", "At Most", "800"))
		listing = factory.make_listing()
		estate = frappe.get_doc("Estate", listing.estate)
		estate.append("metro", {"line": "1", "station": "S", "distance": 500})
		estate.save()
		rating.refresh([listing.name])
		listing.reload()
		self.assertEqual(self.tags_of(listing, rule.name), {rule.name: 1})

	def tags_of(self, listing, *names) -> dict:
		return {row.tag: row.by_rule for row in listing.tags if row.tag in names}


class TestMarks(TagCase):
	def some_listings(self) -> list[str]:
		"""Listings of all kinds, their facts written past the form too."""
		now = now_datetime()
		made = [
			factory.make_listing(room_no=f"{number}01", estate=self.estate, **fields).name
			for number, fields in enumerate(
				(
					{
						"sole_home": 1,
						"certificate_date": "2015-01-01",
						"orientation": "南 北",
						"net_area": 80,
					},
					{"listing_type": "Lease", "decoration": "Fine", "elevator": "Yes"},
					{"is_urgent": 1, "year_built": 2010, "tags": [{"tag": self.free}]},
					{"floor_band": "Top"},
				),
				1,
			)
		]
		changed = {"price_changed_on": add_days(now, -3), "price_change": -5000, "key_status": "In"}
		old = {"last_effective_on": add_days(now, -20), "creation": add_days(now, -90)}
		frappe.db.set_value("Listing", made[0], {**changed, **old}, update_modified=False)
		frappe.db.set_value("Listing", made[1], {"listed_on": today(), "verification_status": "Verified"})
		return made

	def marks_of(self, name: str) -> tuple:
		doc = frappe.get_doc("Listing", name)
		rows = [(row.tag, row.by_rule, row.by_statement, row.idx) for row in doc.tags]
		return {field: doc.get(field) for field in rating.MARKS}, rows

	def test_the_whole_library_is_recomputed_to_what_a_save_computes(self):
		self.estate, self.free = factory.make_estate().name, self.make_free()
		names = self.some_listings()
		self.make_rule(ONLY_HOME)
		self.make_rule(("Days Since the Price Fell", "At Most", "30"), colour="Pink")
		self.make_rule(("Key", "One Of", "In, Out"))
		self.make_rule(("Days on the Market", "At Most", "7"))
		stamps = frappe.get_all("Listing", {"name": ("in", names)}, ["name", "modified"])
		rating.refresh(names)
		self.assertEqual(frappe.get_all("Listing", {"name": ("in", names)}, ["name", "modified"]), stamps)
		in_bulk = {name: self.marks_of(name) for name in names}
		for name in names:
			frappe.get_doc("Listing", name).save()
		self.assertEqual({name: self.marks_of(name) for name in names}, in_bulk)
		self.assertTrue(all(rows for _values, rows in list(in_bulk.values())[:3]))

	def test_the_points_shown_make_the_score(self):
		listing = factory.make_listing()
		reasons = frappe.parse_json(listing.grade_reasons)
		self.assertAlmostEqual(sum(reason["points"] for reason in reasons), listing.grade_score)
		self.assertAlmostEqual(sum(reason["most"] for reason in reasons), 100)

	def test_a_follow_up_and_a_viewing_make_it_fresh_again(self):
		listing = factory.make_listing("Live")
		agent, old = factory.make_agent().name, add_to_date(now_datetime(), days=-40)
		for act in (
			lambda: frappe.get_doc(
				{
					"doctype": "Follow Up",
					"listing": listing.name,
					"agent": agent,
					"content": "业主说再等等看看行情",
				}
			).insert(),
			lambda: factory.make_viewing(listing.name, phase="Closed"),
		):
			stale = {"last_effective_on": old, "creation": old}
			frappe.db.set_value("Listing", listing.name, stale, update_modified=False)
			rating.refresh([listing.name])
			before = frappe.db.get_value("Listing", listing.name, "grade_score")
			act()
			self.assertGreater(frappe.db.get_value("Listing", listing.name, "grade_score"), before)

	def test_what_changes_nothing_writes_nothing(self):
		names = [factory.make_listing().name]
		rating.refresh(names)
		rows = frappe.get_all("Listing Tag", {"parent": names[0]}, pluck="name")
		rating.refresh(names)
		self.assertEqual(frappe.get_all("Listing Tag", {"parent": names[0]}, pluck="name"), rows)

	def test_weights_that_change_have_the_library_recomputed(self):
		frappe.db.delete("Singles", {"doctype": rating.STATE})
		settings = frappe.get_doc("Agency Settings")
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		settings.update({"area_min": 6}).save()
		self.assertFalse(frappe.get_doc(rating.STATE).requested_by)
		settings.update({"grade_a": 85}).save()
		self.assertEqual(frappe.get_doc(rating.STATE).requested_by, "Administrator")
		settings.grade_b = 90
		self.assertRaises(frappe.ValidationError, settings.save)


class TestPin(AgencyTestCase):
	def test_a_manager_pins_for_the_days_of_the_settings(self):
		manager = factory.make_user("Agency Store Manager").name
		agent = factory.make_agent(store=factory.make_store(manager=manager).name)
		frappe.set_user(agent.user)
		listing = factory.make_listing("Live")
		self.assertRaises(frappe.PermissionError, grades_api.pin, listing.name)
		listing.reload()
		listing.update({"pinned_until": add_days(today(), 99), "grade_rank": 5000}).save()
		self.assertFalse(listing.pinned_until)
		with self.set_user(factory.make_user("Agency Store Manager").name):
			self.assertRaises(frappe.PermissionError, grades_api.pin, listing.name)
		with self.set_user(manager):
			grades_api.pin(listing.name)
		listing.reload()
		days = frappe.get_cached_doc("Agency Settings").pin_days
		self.assertEqual(str(listing.pinned_until), str(add_days(today(), days)))
		self.assertEqual((listing.pinned_by, listing.grade_rank), (manager, listing.grade_score + 1000))
		listing.save()
		self.assertTrue(listing.pinned_until)
		frappe.db.set_value("Listing", listing.name, "pinned_until", add_days(today(), -1))
		rating.refresh([listing.name])
		self.assertEqual(frappe.db.get_value("Listing", listing.name, "grade_rank"), listing.grade_score)

	def test_a_listing_off_the_market_is_not_pinned(self):
		listing = factory.make_listing()
		self.assertRaises(frappe.ValidationError, grades_api.pin, listing.name)
