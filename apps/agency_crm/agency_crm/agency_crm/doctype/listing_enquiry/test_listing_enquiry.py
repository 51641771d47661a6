"""The clerk's queue: who sees it, who takes what, and what becomes of an offer."""

import frappe

from agency_crm.api.intake import listing_enquiries as api
from agency_crm.api.intake import queues as queue_api
from agency_crm.api.privacy import reveals
from agency_crm.services.intake import owner_page, queues
from agency_crm.services.privacy import secrets
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.enquiries import OFFER, PNG


class TestListingEnquiry(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.manager = factory.make_user("Agency Store Manager").name
		self.store = factory.make_store(manager=self.manager).name
		self.clerk, self.other = (
			factory.make_agent("Agency Assistant", store=self.store).user for _ in range(2)
		)
		self.agent = factory.make_agent(store=self.store)
		circle = factory.make_territory().name
		frappe.db.set_value("Store", self.store, "territory", circle)
		self.estate = factory.make_estate(territory=circle, aliases="望京老区")

	def offer(self, photos: int = 0, **changes):
		offer = {**OFFER, "estate": self.estate.estate_name, **changes}
		# each its own content: Frappe keeps equal files once
		files = [(f"{n}.png", PNG + frappe.generate_hash().encode()) for n in range(photos)]
		with self.set_user("Guest"):
			number = owner_page.submit(offer, files, frappe.generate_hash(length=32))
		return frappe.get_doc("Listing Enquiry", {"reference_no": number})

	def refused(self, **changes) -> dict:
		frappe.response.pop("field_errors", None)
		before = frappe.db.count("Listing Enquiry")
		self.assertRaises(frappe.ValidationError, self.offer, **changes)
		self.assertEqual(frappe.db.count("Listing Enquiry"), before)
		return frappe.response.field_errors

	def test_an_offer_is_read_as_a_listing_is(self):
		enquiry = self.offer()
		facts = (enquiry.building_no, enquiry.unit_no, enquiry.room_no, enquiry.layout)
		self.assertEqual(facts, ("3", "2", "501", "3室2厅"))
		self.assertEqual((enquiry.gross_area, enquiry.asking_price, enquiry.rent), (89.5, 3500000, 0))
		self.assertEqual((enquiry.estate, enquiry.store), (self.estate.name, self.store))
		self.assertIn("三室两厅", enquiry.as_typed)
		self.assertNotIn("<script", enquiry.remarks)
		self.assertTrue(enquiry.consented_at and enquiry.consent_text)
		self.assertEqual(self.offer(estate="望京老区").estate, self.estate.name)
		self.assertIsNone(self.offer(estate="没有的小区").estate)

	def test_the_number_is_sealed(self):
		enquiry = self.offer()
		self.assertEqual(enquiry.number_masked, "138****8000")
		self.assertEqual(secrets.open_number(enquiry), "13800138000")
		self.assertNotIn("13800138000", str(frappe.db.get_value("Listing Enquiry", enquiry.name, "*")))

	def test_all_that_is_wrong_is_said_at_once_by_field(self):
		wrong = {"estate": "", "gross_area": "abc", "asking_price": "一口价", "phone": "12", "consent": False}
		self.assertEqual(set(self.refused(**wrong)), set(wrong))
		self.assertEqual(
			set(self.refused(gross_area="9999", asking_price="0.1")), {"gross_area", "asking_price"}
		)
		self.assertEqual(set(self.refused(listing_type="Lease")), {"rent"})
		self.assertEqual(set(self.refused(remarks="长" * 1001)), {"remarks"})

	def test_limits(self):
		self.offer()
		frappe.db.set_single_value("Agency Settings", "enquiries_an_hour", 1)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		self.assertRaises(frappe.RateLimitExceededError, self.offer)

	def test_the_queue_is_told_and_agents_are_not(self):
		enquiry = self.offer()
		told = frappe.get_all("Notification Log", {"document_name": enquiry.name}, pluck="for_user")
		self.assertLessEqual({self.clerk, self.other, self.manager}, set(told))
		self.assertNotIn(self.agent.user, told)

	def test_the_queue_is_told_in_its_own_language_whatever_the_owners(self):
		self.let_speak(self.clerk, "zh")
		self.let_speak(self.other, "en")
		enquiry = self.offer()
		told = {"document_name": enquiry.name, "for_user": ("in", (self.clerk, self.other))}
		said = dict(frappe.get_all("Notification Log", told, ["for_user", "subject"], as_list=True))
		self.assertIn("业主", said[self.clerk])
		self.assertIn("An owner", said[self.other])

	def test_of_two_clerks_one_has_it(self):
		enquiry = self.offer()
		with self.set_user(self.clerk):
			queue_api.take("Listing Enquiry", enquiry.name)
		with self.set_user(self.other):
			self.assertRaises(frappe.ValidationError, queue_api.take, "Listing Enquiry", enquiry.name)
		with self.set_user(self.manager):
			queue_api.take("Listing Enquiry", enquiry.name)
		enquiry.reload()
		self.assertEqual((enquiry.status, enquiry.assigned_to), ("Doing", self.manager))

	def test_becomes_a_listing_once(self):
		enquiry = self.offer(photos=2)
		with self.set_user(self.clerk):
			listing = frappe.get_doc("Listing", api.convert(enquiry.name, maintainer=self.agent.name))
			self.assertRaises(frappe.ValidationError, api.convert, enquiry.name)
		enquiry.reload()
		self.assertEqual((enquiry.status, enquiry.listing), ("Converted", listing.name))
		self.assertEqual((listing.source_channel, listing.external_id), ("Owner Page", enquiry.name))
		self.assertEqual(
			(listing.phase, listing.maintainer, listing.store), ("Draft", self.agent.name, self.store)
		)
		self.assertEqual((listing.bedrooms, listing.asking_price, listing.room_no), (3, 3500000, "501"))
		self.assertEqual([row.file for row in listing.media], [row.file for row in enquiry.photos])
		self.assertTrue(
			frappe.db.exists("File", {"attached_to_doctype": "Listing", "attached_to_name": listing.name})
		)
		client = frappe.get_doc("Client", listing.owners[0].client)
		self.assertEqual((client.client_name, client.is_seller, client.agent), ("张先生", 1, self.agent.name))
		self.assertEqual(client.phones[0].phone_number, enquiry.phone_number)

	def test_what_the_form_refuses_leaves_nothing(self):
		enquiry = self.offer(estate="没有的小区")
		before = frappe.db.count("Client")
		frappe.db.savepoint("request")
		with self.set_user(self.clerk):
			self.assertRaises(frappe.MandatoryError, api.convert, enquiry.name)
		frappe.db.rollback(save_point="request")  # as the end of a request that failed
		enquiry.reload()
		self.assertEqual((enquiry.status, frappe.db.count("Client")), ("New", before))

	def test_a_known_owner_is_offered_to_who_may_see_them(self):
		known = factory.make_client(
			agent=self.agent.name, phones=[{"number": "13800138000"}], client_name="张先生"
		)
		stranger = factory.make_client(agent=self.agent.name)
		enquiry = self.offer()
		with self.set_user(self.clerk):
			self.assertEqual(api.hints(enquiry.name), {"clients": [], "others": 1, "listing": None})
			self.assertRaises(frappe.PermissionError, api.convert, enquiry.name, known.name)
		with self.set_user(self.manager):
			self.assertEqual([row["name"] for row in api.hints(enquiry.name)["clients"]], [known.name])
			self.assertRaises(frappe.ValidationError, api.convert, enquiry.name, stranger.name)
			listing = frappe.get_doc("Listing", api.convert(enquiry.name, known.name))
		self.assertEqual(listing.owners[0].client, known.name)
		self.assertTrue(frappe.db.get_value("Client", known.name, "is_seller"))

	def test_a_listed_address_is_hinted_at(self):
		enquiry = self.offer()
		place = {"building_no": "3", "unit_no": "2", "room_no": "501", "estate": self.estate.name}
		listing = factory.make_listing(maintainer=self.agent.name, **place)
		with self.set_user(self.clerk):
			hint = api.hints(enquiry.name)["listing"]
			self.assertEqual(hint, {"name": listing.name, "title": listing.title})
			self.assertRaises(frappe.DuplicateEntryError, api.convert, enquiry.name)

	def test_refused_with_a_reason(self):
		enquiry = self.offer()
		with self.set_user(self.clerk):
			self.assertRaises(frappe.MandatoryError, queue_api.reject, "Listing Enquiry", enquiry.name, " ")
			queue_api.reject("Listing Enquiry", enquiry.name, "业主不卖了")
			self.assertRaises(frappe.ValidationError, queue_api.take, "Listing Enquiry", enquiry.name)
		spam = self.offer()
		with self.set_user(self.clerk):
			queue_api.reject("Listing Enquiry", spam.name, spam=True)
		self.assertEqual(frappe.db.get_value("Listing Enquiry", spam.name, "status"), "Spam")

	def test_nothing_is_changed_by_hand(self):
		enquiry = self.offer(photos=1)
		with self.set_user(self.clerk):
			doc = frappe.get_doc("Listing Enquiry", enquiry.name)
			sent = {"status": "Converted", "assigned_to": self.clerk, "as_typed": "别的"}
			stored = {field: doc.get(field) for field in sent}
			doc.update(sent).save()
			self.assertEqual({field: doc.get(field) for field in sent}, stored)
			doc.reload()
			doc.append("photos", {"file": "/private/files/of-somebody-else.jpg"})
			self.assertRaises(frappe.ValidationError, doc.save)
			doc.reload()
			doc.update({"gross_area": 90, "layout": "2-1"}).save()
			self.assertEqual(doc.layout, "2室1厅")

	def test_the_number_is_shown_by_reveal_and_logged(self):
		enquiry = self.offer()
		what = ("Phone", "Listing Enquiry", enquiry.name, None, "回访业主")
		with self.set_user(self.agent.user):
			self.assertRaises(frappe.PermissionError, reveals.reveal, *what)
		with self.set_user(self.clerk):
			self.assertEqual(reveals.reveal(*what), [{"label": "138****8000", "value": "13800138000"}])
		self.assertTrue(frappe.db.exists("Contact Reveal", {"enquiry": enquiry.name, "user": self.clerk}))

	def test_an_offer_of_no_store_is_every_clerks(self):
		# with a field of its own it is no spare user: those are few
		far = factory.make_agent(user=factory.make_user("Agency Assistant", last_name="Far").name).user
		routed, free = self.offer(), self.offer(estate="没有的小区")
		for enquiry, seen in ((routed, False), (free, True)):
			self.assertEqual(bool(frappe.has_permission("Listing Enquiry", "read", enquiry, user=far)), seen)
		self.assertIsNone(queues.store_for(factory.make_territory().name))
