"""Look-alikes found, told while typing, reviewed, merged and parted again, on a real site."""

from threading import Thread

import frappe
from frappe.utils import now_datetime

from agency_crm.api.duplicates import pairs as api
from agency_crm.framework import workflow_guard
from agency_crm.services.duplicates import merging
from agency_crm.services.duplicates import pairs as duplicates
from agency_crm.services.listings import followers, media, roles, verification
from agency_crm.services.matching import pairs as matches
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.listings import ListingCase
from agency_crm.tests.factory import picture
from agency_crm.tests.users import as_user

NO_ROOM = {"building_no": None, "unit_no": None, "room_no": None}


class DuplicateCase(ListingCase):
	"""The store of ListingCase, one of another region, and their agents."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.far_manager = factory.make_user("Agency Store Manager").name
		cls.far_agent = factory.make_agent(store=factory.make_store(manager=cls.far_manager).name)
		cls.owner = factory.make_client(agent=cls.agent.name, is_seller=1)
		cls.owns = {"owners": [{"client": cls.owner.name, "share": 100}]}

	def ours(self, **fields):
		return self.make(**{"maintainer": self.agent.name, **fields})

	def theirs(self, **fields):
		return self.make(**{"maintainer": self.far_agent.name, **fields})

	def two(self, **fields):
		"""A whole address, and what looks like it without one; their pair."""
		stays, goes = self.ours(**fields), self.ours(**NO_ROOM, **fields)
		return stays, goes, self.pair(stays, goes)

	def pair(self, one, other):
		duplicates.refresh_pairs(one.name)
		return frappe.get_doc(duplicates.PAIR, {"pair_key": duplicates.pair_key(one.name, other.name)})

	def pairs(self, listing) -> list:
		duplicates.refresh_pairs(listing.name)
		return frappe.get_all(
			duplicates.PAIR,
			or_filters={"listing": listing.name, "other": listing.name},
			fields=["status", "score", "reasons"],
		)

	def set_rule(self, **rules):
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		for field, value in rules.items():
			frappe.db.set_single_value("Agency Settings", field, value)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")


class TestDuplicatePair(DuplicateCase):
	def test_what_looks_alike_is_queued_once_with_its_reasons(self):
		_stays, goes, pair = self.two()
		self.assertEqual((pair.status, pair.estate, pair.score), ("Open", self.estate.name, 65))
		self.assertEqual(duplicates.reasons_of(pair), ["Area", "Floor", "Layout", "Price"])
		self.assertEqual(len(self.pairs(goes)), 1)

	def test_neighbours_and_a_lease_of_the_home_are_not(self):
		listing = self.ours()
		self.ours(room_no="502")
		self.ours(listing_type="Lease")
		self.assertEqual(self.pairs(listing), [])

	def test_the_owners_number_counts_within_its_scope(self):
		same_number = factory.make_client(
			agent=self.far_agent.name, phones=[{"number": "19912345678"}], is_seller=1
		)
		number = {"number": "199 1234 5678", "related_as": "Spouse"}
		twin = factory.make_client(agent=self.agent.name, phones=[number], is_seller=1)
		listing = self.ours(owners=[{"client": twin.name}])
		self.theirs(
			owners=[{"client": same_number.name}], building_no="9", gross_area=40, floor=1, asking_price=99000
		)
		self.assertEqual([pair.reasons for pair in self.pairs(listing)], ["Phone,Layout,Other Address"])
		for scope in ("Store", "Mine"):
			self.set_rule(duplicate_phone_scope=scope)
			self.assertEqual(self.pairs(listing), [])

	def test_an_open_pair_goes_with_what_was_alike(self):
		_stays, goes, pair = self.two()
		goes.gross_area = 140
		goes.save()
		self.assertEqual(self.pairs(goes), [])
		self.assertFalse(frappe.db.exists(duplicates.PAIR, pair.name))

	def test_a_pair_goes_with_its_listing(self):
		_stays, goes, pair = self.two()
		frappe.delete_doc("Listing", goes.name)
		self.assertFalse(frappe.db.exists(duplicates.PAIR, pair.name))

	def test_a_dismissed_pair_stays_so_until_they_have_more_in_common(self):
		stays, goes = self.ours(**self.owns), self.ours(**NO_ROOM)
		pair = self.pair(stays, goes)
		with as_user(self.manager):
			api.dismiss(pair.name, "两套同户型")
		goes.total_floors = 0
		goes.save()
		self.assertEqual(self.pairs(goes)[0].status, "Dismissed")
		goes.append("owners", self.owns["owners"][0])
		goes.save()
		self.assertEqual(self.pairs(goes)[0].status, "Open")

	def test_a_dismissal_says_why(self):
		_stays, _goes, pair = self.two()
		with as_user(self.manager), self.assertRaises(frappe.MandatoryError):
			api.dismiss(pair.name, " ")

	def test_a_client_who_gets_the_number_of_an_owner(self):
		listing, other = (
			self.ours(**self.owns),
			self.ours(building_no="9", gross_area=40, floor=1, bedrooms=4),
		)
		client = factory.make_client(agent=self.agent.name, is_seller=1)
		other.append("owners", {"client": client.name})
		other.save()
		self.assertEqual(self.pairs(listing), [])
		frappe.db.set_value(
			"Client Phone",
			{"parent": client.name},
			"phone_number",
			frappe.db.get_value("Client Phone", {"parent": self.owner.name}, "phone_number"),
		)
		self.assertEqual(len(self.pairs(listing)), 1)

	def test_who_sees_and_decides(self):
		stays, _goes, pair = self.two()
		with as_user(self.agent.user), self.assertRaises(frappe.PermissionError):
			api.merge(pair.name, stays.name)
		with as_user(self.far_manager):
			self.assertEqual(frappe.get_list(duplicates.PAIR, {"name": pair.name}), [])
			with self.assertRaises(frappe.PermissionError):
				api.dismiss(pair.name, "不是")
		with as_user(self.manager):
			self.assertEqual(len(frappe.get_list(duplicates.PAIR, {"name": pair.name})), 1)

	def test_a_pair_follows_its_listings_to_their_stores(self):
		_stays, goes, pair = self.two()
		goes.reload().maintainer = self.far_agent.name
		goes.save()
		with as_user(self.far_manager):
			self.assertEqual(len(frappe.get_list(duplicates.PAIR, {"name": pair.name})), 1)

	def test_two_stores_are_merged_from_above_only(self):
		ours, theirs = self.ours(), self.theirs(**NO_ROOM, scope="Private")
		pair = self.pair(ours, theirs)
		with as_user(self.manager):
			seen = api.side_by_side(pair.name)
			self.assertFalse(seen["may_merge"])
			shown = {listing["name"]: listing for listing in seen["listings"]}
			self.assertEqual(shown[theirs.name], {"name": theirs.name, "store": self.far_agent.store})
			self.assertIn("title", shown[ours.name])
			with self.assertRaises(frappe.PermissionError):
				api.merge(pair.name, ours.name)


class TestTyping(DuplicateCase):
	TYPED = {"listing_type": "Sale", "building_no": "３号楼", "unit_no": "二单元", "room_no": "0501室"}

	def look(self, user: str, **typed) -> dict:
		with as_user(user):
			return api.look(frappe.as_json({**self.TYPED, "estate": self.estate.name, **typed}))

	def test_it_is_told_before_it_is_saved(self):
		listing = self.ours()
		found = self.look(self.agent.user)["alike"]
		self.assertEqual([row["name"] for row in found], [listing.name])
		self.assertEqual((found[0]["score"], found[0]["agent"]), (100, self.agent.agent_name))

	def test_what_looks_alike_without_a_room(self):
		self.ours()
		typed = {**NO_ROOM, "gross_area": 90, "floor": 5, "total_floors": 18, "layout": "两室一厅"}
		self.assertEqual([row["score"] for row in self.look(self.agent.user, **typed)["alike"]], [60])
		self.assertEqual(self.look(self.agent.user, **{**typed, "gross_area": 120})["alike"], [])
		self.assertEqual(self.look(self.agent.user, **{**typed, "layout": "什么"})["alike"], [])

	def test_of_what_one_may_not_read_there_is_the_store_alone(self):
		self.theirs(scope="Private")
		facts = {
			**NO_ROOM,
			"gross_area": 89.5,
			"floor": 5,
			"total_floors": 18,
			"bedrooms": 2,
			"living_rooms": 1,
		}
		self.assertEqual(self.look(self.agent.user, **facts)["alike"], [])
		self.assertEqual(self.look(self.agent.user)["alike"], [{"store": self.far_agent.store}])

	def test_what_else_the_owner_has(self):
		elsewhere = self.ours(estate=factory.make_estate().name, **self.owns)
		found = self.look(self.agent.user, owners=[self.owner.name])
		self.assertEqual([row["name"] for row in found["owner_has"]], [elsewhere.name])
		stranger = self.look(self.far_agent.user, owners=[self.owner.name])
		self.assertEqual(stranger["owner_has"], [])

	def test_nobody_tries_out_addresses_by_the_thousand(self):
		self.set_rule(duplicate_checks_a_minute=1)
		frappe.cache.delete_keys(f"duplicate_looks|{self.agent.user}")
		self.look(self.agent.user)
		with self.assertRaises(frappe.TooManyRequestsError):
			self.look(self.agent.user)


class TestMerge(DuplicateCase):
	def merge(self, pair, survivor):
		with as_user(self.manager):
			api.merge(pair.name, survivor.name, "同一套")
		return pair.reload()

	def undo(self, pair):
		with as_user(self.manager):
			api.undo(pair.name)

	def test_who_follows_both_follows_the_one_that_stays_once(self):
		stays, goes, pair = self.two()
		for user, listings in ((self.agent.user, (stays, goes)), (self.manager, (goes,))):
			with as_user(user):
				for listing in listings:
					followers.follow(listing.name)
		self.merge(pair, stays)
		users = frappe.get_all("Listing Follower", {"listing": stays.name}, pluck="user")
		self.assertEqual(sorted(users), sorted([self.agent.user, self.manager]))

	def test_what_clients_had_of_it_they_have_of_the_one_that_stays(self):
		stays, goes, pair = self.two()
		known, other = (factory.make_requirement().name for _ in range(2))
		for listing, requirement in ((stays, known), (goes, known), (goes, other)):
			matches.remember(requirement, listing.name, matches.REJECTED, "太远")

		def held(listing) -> list[str]:
			of = {"listing": listing.name, "pair_key": ("like", f"%|{listing.name}")}
			return frappe.get_all(matches.PAIR, of, pluck="requirement", order_by="requirement")

		self.merge(pair, stays)
		self.assertEqual((held(stays), held(goes)), ([known, other], [known]))
		matches.remember(other, stays.name, matches.SHOWN)
		self.assertEqual(held(stays), [known, other])
		self.undo(pair)
		self.assertEqual((held(stays), held(goes)), ([known], [known, other]))

	def test_nothing_is_lost(self):
		stays, goes, pair = self.two()
		surveyor = factory.make_agent(store=self.store)
		goes.update({"decoration": "Fine", "source_channel": "portal", "external_id": "17"})
		goes.append("owners", self.owns["owners"][0])
		goes.append("roles", {"role": "Survey", "agent": surveyor.name, "approved_at": now_datetime()})
		goes.save()
		photo = {
			"doctype": "File",
			"attached_to_doctype": "Listing",
			"attached_to_name": goes.name,
			"is_private": 1,
		}
		photo = frappe.get_doc({**photo, "file_name": "卧室.jpg", "content": picture()}).insert()
		goes.reload().append("media", {"slot": "Bedroom", "file": photo.file_url})
		goes.save()
		goes.add_comment("Comment", "业主周末可看房")
		call = {"doctype": "Follow Up", "listing": goes.name, "agent": self.agent.name}
		call |= {"method": "Call", "content": "业主说下周方便看房", "followed_on": now_datetime()}
		follow_up = frappe.get_doc(call).insert()
		workflow_guard.move(goes.reload(), "Live")
		viewing = factory.make_viewing(goes.name, phase="Closed", agent=self.agent.name)
		self.merge(pair, stays)
		stays.reload(), goes.reload(), follow_up.reload(), viewing.reload()
		self.assertEqual((pair.status, pair.survivor, pair.decided_by), ("Merged", stays.name, self.manager))
		self.assertEqual((goes.phase, goes.merged_into, goes.status_reason), ("Dead", stays.name, "同一套"))
		self.assertEqual((goes.owners, goes.media), ([], []))
		self.assertEqual([row.file for row in stays.media], [photo.file_url])
		self.assertEqual(photo.reload().attached_to_name, stays.name)
		self.assertNotIn("Survey", [row.role for row in goes.roles])
		self.assertEqual([row.client for row in stays.owners], [self.owner.name])
		self.assertIn(("Survey", surveyor.name), [(row.role, row.agent) for row in stays.roles])
		self.assertEqual((stays.decoration, stays.room_no, stays.viewing_count), ("Fine", "501", 1))
		self.assertEqual((follow_up.listing, viewing.stops[0].listing), (stays.name, stays.name))
		comments = {
			"reference_doctype": "Listing",
			"reference_name": stays.name,
			"content": ("like", "%周末%"),
		}
		self.assertTrue(frappe.db.exists("Comment", comments))
		self.assertEqual(stays.last_follow_up_on, follow_up.followed_on)
		self.assertEqual(goes.external_key, "portal|17")

	def test_all_that_hangs_on_it_moves_and_comes_back(self):
		goes, stays, pair = self.two()
		goes.update(self.owns).save()
		workflow_guard.move(goes, "Live")
		hanging = self.hang_on(goes)
		papers = [self.paper(listing) for listing in (stays, goes)]
		floor_price = {"doctype": "Listing Private", "listing": goes.name, "floor_price": 3400000}
		frappe.get_doc(floor_price).insert()
		self.merge(pair, stays)
		for doctype, name in hanging:
			self.assertEqual(frappe.db.get_value(doctype, name, "listing"), stays.name, doctype)
		self.assertEqual([row["name"] for row in media.papers(stays.name)], papers)
		self.assertEqual(frappe.db.get_value("Listing Private", stays.name, "floor_price"), 3400000)
		self.undo(pair)
		for doctype, name in hanging:
			self.assertEqual(frappe.db.get_value(doctype, name, "listing"), goes.name, doctype)
		for listing, paper in zip((stays, goes), papers, strict=True):
			self.assertEqual([row["name"] for row in media.papers(listing.name)], [paper])
		self.assertFalse(frappe.db.exists("Listing Private", stays.name))

	def hang_on(self, listing) -> list[tuple[str, str]]:
		"""One record of each kind that names the listing: (DocType, name)."""
		colleague = factory.make_agent(store=self.store)
		about = {"listing": listing.name}
		with as_user(self.agent.user):
			key = frappe.new_doc("Listing Key", **about).insert()
			call = {"agent": self.agent.name, "method": "Call", "content": "业主说下周方便看房"}
			frappe.new_doc("Follow Up", **about, **call).insert()
			factory.make_viewing(listing.name)
			followers.follow(listing.name)
		with as_user(colleague.user):
			request = frappe.new_doc("Role Request", **about, role="Survey").insert()
			roles.withdraw(request.name)
		factory.make_mandate(listing.name, active=True)
		verification.cancel(frappe.db.get_value("Listing Verification", {**about, "kind": "Key"}), None)
		offer = {
			"enquirer_name": "张先生",
			"listing_type": "Sale",
			"asking_price": 3500000,
			"gross_area": 89.5,
		}
		frappe.new_doc("Listing Enquiry", **about, **offer).insert()
		kinds = ("Follow Up", "Viewing Stop", "Listing Follower", "Role Request", "Listing Mandate")
		kinds += ("Listing Verification", "Listing Enquiry", "Listing Change", "Key Movement")
		return [
			("Listing Key", key.name),
			*((kind, name) for kind in kinds for name in frappe.get_all(kind, about, pluck="name")[:1]),
		]

	def paper(self, listing) -> str:
		home = {"attached_to_doctype": "Listing Private", "attached_to_name": listing.name}
		scan = {"file_name": f"{listing.name}.jpg", "content": picture(), "attached_to_field": "certificate"}
		return frappe.get_doc({"doctype": "File", **home, **scan}).insert().name

	def test_what_is_still_asked_of_it_ends_with_it_and_is_asked_again(self):
		stays, goes, pair = self.two()
		check = frappe.get_doc("Listing Verification", verification.ask(goes.name, verification.EXISTENCE))
		with as_user(factory.make_agent(store=self.store).user):
			request = frappe.new_doc("Role Request", listing=goes.name, role="Survey").insert()
		before = [doc.as_dict() for doc in (check, request)]
		self.merge(pair, stays)
		check.reload(), request.reload()
		self.assertEqual((check.result, check.listing), ("Cancelled", goes.name))
		self.assertEqual((request.status, request.listing), ("Withdrawn", goes.name))
		self.undo(pair)
		for doc, old in zip((check.reload(), request.reload()), before, strict=True):
			for field in merging.CLOSED[doc.doctype]:
				self.assertEqual(doc.get(field) or None, old.get(field) or None, field)
		self.assertEqual(frappe.db.count("Listing Verification", {"listing": goes.name}), 1)

	def test_the_address_moves_to_a_survivor_that_has_none(self):
		whole, bare, pair = self.two()
		key = whole.live_key
		self.merge(pair, bare)
		self.assertEqual((bare.reload().room_no, bare.live_key), ("501", key))
		self.assertEqual(whole.reload().live_key, None)
		self.undo(pair)
		self.assertFalse(bare.reload().room_no or bare.live_key)
		self.assertEqual((whole.reload().phase, whole.live_key), ("Draft", key))

	def test_it_is_undone_while_nothing_else_changed(self):
		stays, goes, pair = self.two()
		goes.append("owners", self.owns["owners"][0])
		goes.decoration = "Fine"
		goes.save()
		workflow_guard.move(goes, "Live")
		viewing = factory.make_viewing(goes.name, phase="Closed", agent=self.agent.name)
		before = [doc.reload().as_dict() for doc in (stays, goes)]
		self.merge(pair, stays)
		self.undo(pair)
		for doc, old in zip((stays.reload(), goes.reload()), before, strict=True):
			for field in (
				*duplicates.SIDE_BY_SIDE,
				"verification_status",
				"status_reason",
				"merged_into",
				"live_key",
			):
				self.assertEqual(doc.get(field) or None, old.get(field) or None, field)
			for table in ("roles", "owners", "media"):
				rows = [[(row.name, row.idx) for row in each.get(table)] for each in (doc, frappe._dict(old))]
				self.assertEqual(*rows, table)
		self.assertEqual(viewing.reload().stops[0].listing, goes.name)
		self.assertEqual((pair.reload().status, pair.survivor), ("Undone", None))

	def test_it_is_not_undone_over_what_changed_since(self):
		stays, _goes, pair = self.two()
		self.merge(pair, stays)
		call = {"doctype": "Follow Up", "listing": stays.name, "agent": self.agent.name, "method": "Call"}
		follow_up = frappe.get_doc({**call, "content": "又问了一次价格情况"}).insert()
		with self.assertRaisesRegex(frappe.ValidationError, follow_up.name):
			self.undo(pair)
		frappe.delete_doc("Follow Up", follow_up.name)
		stays.reload().remarks = "新的说明"
		stays.save()
		with self.assertRaisesRegex(frappe.ValidationError, stays.name):
			self.undo(pair)

	def test_a_listing_with_a_deal_stays(self):
		stays, goes, pair = self.two(**self.owns)
		workflow_guard.move(goes, "Live")
		deal = factory.make_deal(listing=goes.name, agent=self.agent.name)
		with self.assertRaisesRegex(frappe.ValidationError, deal.name):
			self.merge(pair, stays)
		self.merge(pair, goes)
		self.assertEqual(stays.reload().merged_into, goes.name)

	def test_a_decided_pair_is_not_decided_again(self):
		stays, goes, pair = self.two()
		self.merge(pair, stays)
		with self.assertRaisesRegex(frappe.ValidationError, "Merged"):
			self.merge(pair, goes)
		with as_user(self.manager), self.assertRaisesRegex(frappe.ValidationError, "Merged"):
			api.dismiss(pair.name, "不是")


class TestMergeRace(AgencyTestCase):
	"""Two managers at once, each on a connection: the rows are committed, so the test takes them away itself."""

	def setUp(self):
		super().setUp()
		self.estate = factory.make_estate()
		self.listings = [factory.make_listing(estate=self.estate.name, **room) for room in ({}, NO_ROOM)]
		duplicates.refresh_pairs(self.listings[0].name)
		self.pair = frappe.get_doc(duplicates.PAIR, {"estate": self.estate.name})
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		for doctype in (duplicates.PAIR, "Listing", "Property"):
			for name in frappe.get_all(doctype, {"estate": self.estate.name}, pluck="name"):
				frappe.delete_doc(doctype, name, force=1)
		for doc in (self.estate, frappe.get_doc("Territory", self.estate.territory)):
			frappe.delete_doc(doc.doctype, doc.name, force=1)
		frappe.db.commit()
		frappe.db.savepoint("agency_test")  # the commits took the one of setUp
		super().tearDown()

	def test_one_wins(self):
		"""Each wants to keep another one of the two; both wait at the pair until the test lets go of it."""
		outcomes: dict[str, str] = {}
		site = frappe.local.site

		def decide(survivor: str) -> None:
			frappe.init(site=site)
			frappe.connect()
			try:
				merging.merge(self.pair.name, survivor)
				frappe.db.commit()
				outcomes[survivor] = ""
			except Exception as error:
				outcomes[survivor] = str(error)
				frappe.db.rollback()
			finally:
				frappe.destroy()

		frappe.db.get_value(duplicates.PAIR, self.pair.name, "name", for_update=True)
		threads = [Thread(target=decide, args=(listing.name,)) for listing in self.listings]
		for thread in threads:
			thread.start()
		threads[0].join(0.3)
		frappe.db.rollback()
		for thread in threads:
			thread.join()
		lost, won = sorted(outcomes, key=outcomes.get, reverse=True)
		self.assertEqual(outcomes[won], "")
		self.assertIn("Merged", outcomes[lost])
		merged_into = dict(
			frappe.get_all("Listing", {"estate": self.estate.name}, ["name", "merged_into"], as_list=True)
		)
		self.assertEqual(merged_into, {won: None, lost: won})
