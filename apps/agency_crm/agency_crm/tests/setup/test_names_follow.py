"""Titles and labels say the name that their record has now, and an old name still finds it."""

import frappe

from agency_crm.domain.listings import record as rules
from agency_crm.patches.v1_0 import follow_names, renew_addresses
from agency_crm.services.places import estates, properties
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

HOME = {"building_no": "3", "unit_no": "2", "room_no": "501"}


class TestEstateNames(AgencyTestCase):
	def test_titles_and_labels_follow_a_new_name_and_the_old_one_is_an_alias(self):
		estate = factory.make_estate(estate_name="旧名花园", aliases="老花园")
		listing = factory.make_listing("Live", estate=estate.name, **HOME)
		mandate = factory.make_mandate(listing.name, agent=factory.make_agent().name)
		before = listing.reload().modified
		estate.estate_name = "新名花园"
		estate.save()
		listing.reload()
		self.assertTrue(listing.title.startswith("新名花园 2室1厅"), listing.title)
		self.assertEqual(listing.modified, before)  # who has it open may save it
		self.assertEqual(mandate.reload().listing_title, listing.title)
		label = frappe.db.get_value("Property", listing.property, "address_label")
		self.assertEqual(label, "新名花园 3号楼2单元501室")
		self.assertEqual(estates.aliases(estate.reload()), ["老花园", "旧名花园"])
		self.assertEqual([row.name for row in estates.find("旧名花园")], [estate.name])
		estate.estate_name = "旧名花园"
		estate.save()
		self.assertEqual(len(estates.find("旧名花园")), 1)

	def test_a_name_that_two_estates_have_by_now_is_of_both(self):
		first, second = (
			factory.make_estate(estate_name="同名苑一"),
			factory.make_estate(estate_name="同名苑二"),
		)
		first.estate_name = "改名苑"
		first.save()
		second.estate_name = "同名苑一"
		second.save()
		self.assertEqual({row.name for row in estates.find("同名苑一")}, {first.name, second.name})

	def test_a_merged_estate_leaves_its_names_homes_and_listings(self):
		gone = factory.make_estate(
			estate_name="并入家园", aliases="并入小区", buildings=[{"building_no": "9", "floors": 18}]
		)
		kept = factory.make_estate(estate_name="留下家园", schools="实验小学")
		ended = factory.make_listing(estate=gone.name, **HOME)
		ended.db_set({"phase": "Dead", "live_key": None})
		other = factory.make_listing("Live", estate=gone.name, **{**HOME, "room_no": "502"})
		there = factory.make_listing("Live", estate=kept.name, **HOME)
		wish = factory.make_requirement(estates=[{"estate": gone.name}, {"estate": kept.name}])
		with as_user(factory.make_user("Agency Administrator").name):
			frappe.rename_doc("Estate", gone.name, kept.name, merge=True)
		kept.reload()
		self.assertEqual(estates.aliases(kept), ["并入家园", "并入小区"])
		self.assertEqual([row.building_no for row in kept.buildings], ["9"])
		for listing in (ended, other):
			listing.reload()
			self.assertEqual((listing.estate, listing.has_school), (kept.name, 1))
			self.assertTrue(listing.title.startswith("留下家园"), listing.title)
		self.assertEqual(ended.property, there.property)
		self.assertEqual(properties.get_or_create(kept.name, "3", "2", "502"), other.property)
		with self.assertRaises(frappe.DuplicateEntryError):
			factory.make_listing(estate=kept.name, **{**HOME, "room_no": "502"})
		self.assertEqual([row.estate for row in wish.reload().estates], [kept.name])
		self.assertFalse(frappe.db.exists("Estate", gone.name))

	def test_two_live_listings_of_one_home_stop_a_merge(self):
		gone, kept = factory.make_estate(), factory.make_estate()
		names = [factory.make_listing("Live", estate=place.name, **HOME).name for place in (gone, kept)]
		with self.assertRaisesRegex(frappe.DuplicateEntryError, ".*".join(names)):
			frappe.rename_doc("Estate", gone.name, kept.name, merge=True)

	def test_only_who_may_delete_an_estate_merges_it_and_none_gets_another_number(self):
		gone, kept = factory.make_estate(), factory.make_estate()
		with as_user(factory.make_agent("Agency Store Manager").user):
			self.assertRaises(
				frappe.PermissionError, frappe.rename_doc, "Estate", gone.name, kept.name, merge=True
			)
		with self.assertRaisesRegex(frappe.ValidationError, "keeps its number"):
			frappe.rename_doc("Estate", gone.name, "EST-X")


class TestCopiedNames(AgencyTestCase):
	def test_what_shows_a_client_s_name_shows_the_new_one(self):
		client = factory.make_client()
		wish = factory.make_requirement(client=client.name)
		viewing = factory.make_viewing(client=client.name)
		client.reload().client_name = "改名先生"
		client.save()
		for record in (wish, viewing):
			self.assertEqual(record.reload().client_name, "改名先生", record.doctype)

	def test_a_site_of_before_catches_up(self):
		listing = factory.make_listing("Live", **HOME)
		estate = frappe.db.get_value("Estate", listing.estate, "estate_name")
		wish = factory.make_requirement()
		stale = {"Listing": (listing, "title"), "Client Requirement": (wish, "client_name")}
		for record, field in stale.values():
			record.db_set(field, "旧名")
		frappe.db.set_value("Property", listing.property, "address_label", "旧名")
		for _run in range(2):
			follow_names.execute()
		self.assertEqual(listing.reload().title, f"{estate} 2室1厅 89.5㎡")
		self.assertEqual(wish.reload().client_name, frappe.db.get_value("Client", wish.client, "client_name"))
		label = frappe.db.get_value("Property", listing.property, "address_label")
		self.assertEqual(label, f"{estate} 3号楼2单元501室")


class TestKeptAddresses(AgencyTestCase):
	def keep_as_before(self, estate: str, room: str, phase: str = "Live"):
		"""A listing whose home was kept in exactly this form."""
		listing = factory.make_listing(
			phase, estate=estate, **{**HOME, "room_no": frappe.generate_hash(length=4)}
		)
		key = f"{estate}|3|2|{room}"
		frappe.db.set_value("Property", listing.property, {"room_no": room, "property_key": key})
		listing.db_set({"room_no": room, "live_key": rules.live_key(key, "Sale", phase)})
		return listing

	def test_a_home_of_another_form_is_found_by_today_s_with_its_listings(self):
		estate = factory.make_estate().name
		old = {"5楼东": "5层东", "地下101": "负101", "501": "501"}
		listings = {room: self.keep_as_before(estate, room) for room in old}
		for _run in range(2):
			renew_addresses.execute()
		for room, listing in listings.items():
			before = listing.property
			listing.reload()
			self.assertEqual((listing.room_no, listing.property), (old[room], before))
			self.assertEqual(properties.get_or_create(estate, "3", "2", old[room]), before)
			with self.assertRaises(frappe.DuplicateEntryError):
				factory.make_listing(estate=estate, **{**HOME, "room_no": room})

	def test_two_homes_that_are_one_by_now_are_made_one_unless_both_are_on_the_market(self):
		estate = factory.make_estate().name
		there = factory.make_listing(estate=estate, **{**HOME, "room_no": "5层东"})
		there.db_set({"phase": "Dead", "live_key": None})
		here = self.keep_as_before(estate, "5楼东")
		busy = factory.make_listing("Live", estate=estate, **{**HOME, "room_no": "负101"})
		stays = self.keep_as_before(estate, "地下101")
		renew_addresses.execute()
		self.assertEqual(here.reload().property, there.property)
		self.assertEqual(stays.reload().room_no, "地下101")
		self.assertNotEqual(stays.property, busy.property)
