"""What a listing's form takes, derives and refuses, and one live listing an address, on a real site."""

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate, today

from agency_crm.framework import workflow_guard
from agency_crm.permissions.reader import reader
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.listings import ListingCase
from agency_crm.tests.races import at_once
from agency_crm.tests.users import act, as_user


class TestListing(ListingCase):
	def test_who_enters_it_maintains_it_and_holds_the_role_entry(self):
		with as_user(self.agent.user):
			listing = self.make()
		self.assertEqual((listing.maintainer, listing.store), (self.agent.name, self.store))
		self.assertEqual(
			[(row.role, row.agent) for row in listing.roles],
			[("Entry", self.agent.name), ("Maintainer", self.agent.name)],
		)
		self.assertTrue(listing.roles[0].approved_at)
		self.assertEqual((listing.status, listing.phase), ("Draft", "Draft"))

	def test_a_tag_in_a_text_stays_a_text(self):
		tag = "<img src=x onerror=alert(1)>"
		with as_user(self.agent.user):
			listing = self.make(
				remarks=f"{tag} 面积<90",
				media=[{"slot": "VR Link", "url": "https://a.example", "caption": tag}],
			)
		listing.reload()
		self.assertEqual(listing.remarks, "＜img src=x onerror=alert(1)> 面积<90")
		self.assertEqual(listing.media[0].caption, "＜img src=x onerror=alert(1)>")
		estate = factory.make_estate(estate_name=f"花园{tag}")
		self.assertNotIn("<img", estate.estate_name + self.make(estate=estate.name).title)

	def test_what_follows_from_its_facts(self):
		listing = self.make(certificate_date="2020-05-01", deed_tax_date="2019-12-01", total_floors=0)
		self.assertEqual(listing.unit_price, 39106)
		self.assertEqual(listing.title, f"{self.estate.estate_name} 2室1厅 89.5㎡")
		self.assertEqual((listing.territory, listing.year_built), (self.estate.territory, 2008))
		self.assertEqual((listing.total_floors, listing.floor_band), (18, "Low"))
		self.assertEqual(getdate(listing.held_since), getdate("2019-12-01"))
		self.assertNotIn("501", listing.title)

	def test_an_address_typed_in_one_go(self):
		boxes = {"building_no": None, "unit_no": None, "room_no": None}
		for text in ("３号楼２单元５０１", "3-2-501", "三号楼2单元0501室"):
			listing = frappe.new_doc("Listing", estate=self.estate.name, address_text=text, **boxes)
			listing.update({"gross_area": 90, "asking_price": 3500000})
			listing.run_method("validate")
			self.assertEqual((listing.building_no, listing.unit_no, listing.room_no), ("3", "2", "501"), text)
			self.assertTrue(listing.property)

	def test_typed_boxes_count_and_drop_a_text_that_says_otherwise(self):
		listing = self.make(address_text="9-9-999")
		self.assertEqual((listing.building_no, listing.address_text), ("3", "9-9-999"))
		listing.room_no = "６０２室"
		listing.save()
		self.assertEqual((listing.room_no, listing.address_text), ("602", None))

	def test_an_address_that_is_none_is_refused_with_its_field(self):
		message = self.refused(address_text="3-2-1-501-7", building_no=None, unit_no=None, room_no=None)
		self.assertIn("Address as Written", message)
		self.assertIn("3-2-1-501-7", message)

	def test_a_layout_fills_the_rooms_and_rooms_write_the_layout(self):
		listing = self.make(layout="３室两厅1卫", bedrooms=0, living_rooms=0)
		self.assertEqual((listing.bedrooms, listing.living_rooms, listing.bathrooms), (3, 2, 1))
		self.assertEqual(listing.layout, "3室2厅1卫")
		listing.bathrooms = 2
		listing.save()
		self.assertEqual(listing.layout, "3室2厅2卫")

	def test_a_villa_typed_as_layout_is_its_type(self):
		listing = self.make(layout="联排别墅", bedrooms=0, living_rooms=0)
		self.assertEqual((listing.property_type, listing.layout), ("Villa", None))

	def test_facts_that_contradict_each_other_are_told_at_once(self):
		message = self.refused(floor=19, net_area=95)
		self.assertIn("Net Area", message)
		self.assertIn("Floor", message)

	def test_a_tightened_bound_does_not_freeze_older_listings(self):
		listing = self.make()
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		frappe.db.set_single_value("Agency Settings", "price_min", 4000000)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		listing.reload()
		listing.decoration = "Fine"
		listing.save()
		listing.asking_price = 3600000
		with self.assertRaisesRegex(frappe.ValidationError, "3600000"):
			listing.save()

	def test_a_sale_has_a_price_and_a_lease_a_rent(self):
		self.assertIn("Asking Price", self.refused(frappe.MandatoryError, asking_price=0))
		self.assertIn("Monthly Rent", self.refused(frappe.MandatoryError, listing_type="Lease", rent=0))
		lease = self.make(listing_type="Lease", asking_price=3500000)
		self.assertEqual((lease.asking_price, lease.unit_price, lease.rent), (0, 0, 5500))

	def test_papers_are_of_the_past(self):
		self.assertIn("future", self.refused(certificate_date=add_days(today(), 1)))

	def test_each_owner_once_and_at_most_the_whole(self):
		owners = [factory.make_client(agent=self.agent.name).name for _ in range(2)]
		twice = [{"client": owners[0], "share": 50}, {"client": owners[0], "share": 50}]
		self.assertIn("twice", self.refused(owners=twice))
		more = [{"client": owner, "share": 50.01} for owner in owners]
		self.assertIn("100.02 %", self.refused(owners=more))
		self.make(owners=[{"client": owner, "share": 50} for owner in owners])

	def test_one_owner_alone_owns_all_of_it(self):
		owner = factory.make_client(agent=self.agent.name).name
		self.assertEqual(self.make(owners=[{"client": owner}]).owners[0].share, 100)

	def test_a_field_the_administrator_made_mandatory(self):
		make_property_setter("Listing", "orientation", "reqd", 1, "Check", validate_fields_for_doctype=False)
		self.addCleanup(frappe.clear_cache, doctype="Listing")
		self.assertRaises(frappe.MandatoryError, self.make)
		self.make(orientation="南 北")

	def test_what_an_agent_may_do_to_its_state(self):
		with as_user(self.agent.user):
			listing = self.make()
		act(self.agent.user, listing, "Submit for Verification")
		with as_user(self.agent.user):
			self.assertRaises(frappe.ValidationError, apply_workflow, listing.as_dict(), "Pass Verification")
		act(self.manager, listing, "Pass Verification")
		self.assertEqual((listing.phase, listing.verification_status), ("Live", "Verified"))

	def test_sent_back_or_taken_off_it_says_why(self):
		listing = self.make(maintainer=self.agent.name, store=self.store)
		act(self.agent.user, listing, "Submit for Verification")
		for action in ("Send Back", "Withdraw"):
			with as_user(self.manager), self.assertRaisesRegex(frappe.MandatoryError, "say in"):
				apply_workflow(frappe.get_doc("Listing", listing.name).as_dict(), action)
		listing.reload()
		listing.status_reason = "产权证照片不清"
		listing.save()
		act(self.manager, listing, "Send Back")
		self.assertEqual(listing.phase, "Draft")

	def test_relisted_it_is_verified_anew(self):
		listing = self.make(maintainer=self.agent.name, store=self.store)
		workflow_guard.move(listing, "Live")
		workflow_guard.move(listing, "Dead", reason="业主不卖了")
		self.assertEqual((listing.verification_status, listing.live_key), ("Verified", None))
		act(self.agent.user, listing, "Relist")
		self.assertEqual((listing.phase, listing.verification_status), ("Draft", "Unverified"))
		self.assertTrue(listing.live_key)

	def test_a_deal_freezes_the_address(self):
		listing = self.make()
		workflow_guard.move(listing, "Live")
		workflow_guard.move(listing, "Closing")
		listing.room_no = "601"
		with self.assertRaisesRegex(frappe.ValidationError, "address cannot change"):
			listing.save()

	def test_saving_asks_the_database_little(self):
		"""Its checks ask nothing on an update; at a known address, who enters it and for the property."""
		listing = self.make()
		listing.asking_price += 10000
		listing.load_doc_before_save()
		reader()  # the right to save the form has looked the user up before
		with self.assertQueryCount(0):
			listing.validate()
		workflow_guard.move(listing, "Dead", reason="业主不卖了")
		values = {"estate": self.estate.name, "building_no": "3", "unit_no": "2", "room_no": "501"}
		again = frappe.new_doc("Listing", gross_area=90, asking_price=3500000, **values)
		again.maintainer = self.agent.name
		again.name = "LST-test"
		frappe.get_cached_doc(
			"Agent", self.agent.name
		)  # whose store it takes; kept until somebody is changed
		with self.assertQueryCount(2):
			again.validate()


class TestOneListingAnAddress(ListingCase):
	def test_a_second_one_is_refused_saying_whose_the_first_is(self):
		with as_user(self.agent.user):
			first = self.make()
		with as_user(factory.make_agent(store=self.store).user):
			message = self.refused(frappe.DuplicateEntryError, building_no="三号楼", room_no="0501室")
		self.assertIn(f"/app/listing/{first.name}", message)
		self.assertIn(self.agent.agent_name, message)
		self.assertIn(self.store, message)

	def test_who_may_not_see_the_first_hears_only_where_to_ask(self):
		first = self.make(scope="Private", maintainer=self.agent.name, store=self.store)
		with as_user(factory.make_agent().user):
			message = self.refused(frappe.DuplicateEntryError)
		self.assertNotIn(first.name, message)
		self.assertNotIn(self.agent.agent_name, message)
		self.assertIn(self.store, message)

	def test_an_update_onto_a_taken_address_is_refused(self):
		first, second = self.make(), self.make(room_no="502")
		second.room_no = "501"
		with self.assertRaisesRegex(frappe.DuplicateEntryError, first.name):
			second.save()

	def test_a_sale_and_a_lease_may_both_be_live(self):
		sale, lease = self.make(), self.make(listing_type="Lease")
		self.assertEqual(sale.property, lease.property)

	def test_an_address_is_free_again_when_its_listing_is_off_the_market(self):
		first = self.make()
		workflow_guard.move(first, "Dead", reason="业主不卖了")
		second = self.make()
		self.assertEqual(first.property, second.property)
		first.reload()
		with self.assertRaisesRegex(frappe.DuplicateEntryError, second.name):
			workflow_guard.move(first, "Draft", "Verifying")

	def test_a_home_whose_room_is_not_known_takes_no_place(self):
		for listing in (self.make(room_no=None), self.make(room_no=None)):
			self.assertEqual((listing.property, listing.live_key), (None, None))

	def test_a_record_of_another_system_comes_in_once(self):
		portal = {"source_channel": "portal", "external_id": "17"}
		first = self.make(**portal)
		message = self.refused(frappe.DuplicateEntryError, room_no="502", **portal)
		self.assertIn(first.name, message)


class TestListingRace(AgencyTestCase):
	"""Two connections at once: the rows are committed, so the test takes them away itself."""

	def setUp(self):
		super().setUp()
		self.store, self.estate = factory.make_store(), factory.make_estate()
		self.agents = [factory.make_agent(store=self.store.name) for _ in range(2)]
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		for doctype in ("Listing", "Property"):
			for name in frappe.get_all(doctype, {"estate": self.estate.name}, pluck="name"):
				frappe.delete_doc(doctype, name, force=1)
		made = [*self.agents, self.store, self.estate, frappe.get_doc("Territory", self.estate.territory)]
		for doc in made:
			frappe.delete_doc(doc.doctype, doc.name, force=1)
		frappe.db.commit()
		frappe.db.savepoint("agency_test")  # the commits took the one of setUp
		super().tearDown()

	def test_two_clerks_at_once_one_wins_and_the_other_hears_who(self):
		"""Both have looked and see the address free; the test holds them at the naming until both have."""
		names: dict[int, str] = {}

		def enter(number: int) -> None:
			frappe.set_user(self.agents[number].user)
			names[number] = factory.make_listing(estate=self.estate.name).name

		frappe.db.sql("select current from tabSeries where name = 'LST-' for update")
		outcomes = at_once(lambda: enter(0), lambda: enter(1), held_at="tabSeries%FOR UPDATE")

		won = next(number for number in range(2) if not outcomes[number].error)
		lost = outcomes[1 - won].error
		self.assertIsInstance(lost, frappe.DuplicateEntryError)
		self.assertIn(names[won], str(lost))
		self.assertIn(self.agents[won].agent_name, str(lost))
		self.assertEqual(frappe.db.count("Listing", {"estate": self.estate.name}), 1)
		self.assertEqual(frappe.db.count("Property", {"estate": self.estate.name}), 1)
