"""The clerk's queue of people who look for a home: what is read, who is told, and what becomes of it."""

from functools import partial

import frappe

from agency_crm.api.intake import client_enquiries as api
from agency_crm.api.intake import queues as queue_api
from agency_crm.api.privacy import reveals
from agency_crm.services.clients import referrals
from agency_crm.services.intake import client_enquiries as enquiries
from agency_crm.services.intake import client_page
from agency_crm.services.privacy import secrets
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase, forget_asked
from agency_crm.tests.cases.enquiries import NUMBER, WISH


class TestClientEnquiry(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.store = factory.make_store(manager=cls.manager).name
		cls.clerk, cls.other = (
			factory.make_agent("Agency Assistant", store=cls.store).user for _ in range(2)
		)
		cls.agent = factory.make_agent(store=cls.store)
		cls.circle = factory.make_territory().name
		frappe.db.set_value("Store", cls.store, "territory", cls.circle)
		cls.estate = factory.make_estate(territory=cls.circle)

	def enquire(self, **changes):
		wish = {**WISH, "places": self.estate.estate_name, **changes}
		with self.set_user("Guest"):
			number = client_page.submit(wish, frappe.generate_hash(length=32))
		return frappe.get_doc("Client Enquiry", {"reference_no": number})

	def refused(self, **changes) -> dict:
		before = frappe.db.count("Client Enquiry")
		self.assertRaises(frappe.ValidationError, self.enquire, **changes)
		self.assertEqual(frappe.db.count("Client Enquiry"), before)
		return frappe.response.field_errors

	def convert(self, enquiry, user: str | None = None, **arguments):
		with self.set_user(user or self.clerk):
			return frappe.get_doc("Client", api.convert(enquiry.name, **arguments))

	@staticmethod
	def set_rule(**values):
		frappe.db.set_single_value("Agency Settings", values)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")

	def told(self, user: str) -> list[str]:
		return frappe.get_all("Notification Log", {"for_user": user}, pluck="subject")

	def test_a_wish_is_read_as_people_type_it(self):
		enquiry = self.enquire(places=f"{self.estate.estate_name}\n{self.circle}\n没有的地方")
		budget = (enquiry.requirement_type, enquiry.budget_min, enquiry.budget_max)
		self.assertEqual(budget, ("Buy", 3000000, 4000000))
		rooms = (enquiry.bedrooms_min, enquiry.bedrooms_max, enquiry.area_min, enquiry.area_max)
		self.assertEqual(rooms, (2, 3, 80, 100))
		self.assertEqual((enquiry.needs_metro, enquiry.needs_school), (1, 0))
		self.assertEqual([row.estate for row in enquiry.estates], [self.estate.name])
		self.assertEqual([row.territory for row in enquiry.territories], [self.circle])
		self.assertEqual((enquiry.store, enquiry.source_channel), (self.store, "Client Page"))
		self.assertIn("没有的地方", enquiry.as_typed)
		self.assertNotIn("<script", enquiry.remarks)
		self.assertTrue(enquiry.consented_at and enquiry.consent_text)
		rent = self.enquire(requirement_type="Rent", budget="5000到6000", bedrooms="", area="", places="")
		self.assertEqual((rent.budget_min, rent.budget_max, rent.store), (5000, 6000, None))

	def test_the_number_is_sealed_and_shown_by_reveal(self):
		enquiry = self.enquire()
		self.assertEqual(enquiry.number_masked, "139****9000")
		self.assertEqual(secrets.open_number(enquiry), NUMBER)
		self.assertNotIn(NUMBER, str(frappe.db.get_value("Client Enquiry", enquiry.name, "*")))
		what = ("Phone", "Client Enquiry", enquiry.name, None, "回访")
		with self.set_user(self.agent.user):
			self.assertRaises(frappe.PermissionError, reveals.reveal, *what)
		with self.set_user(self.clerk):
			self.assertEqual(reveals.reveal(*what), [{"label": "139****9000", "value": NUMBER}])
		log = {"client_enquiry": enquiry.name, "user": self.clerk}
		self.assertTrue(frappe.db.exists("Contact Reveal", log))

	def test_all_that_is_wrong_is_said_at_once_by_box(self):
		wrong = {"budget": "便宜点", "bedrooms": "很多", "area": "大", "phone": "12", "consent": False}
		self.assertEqual(set(self.refused(**wrong)), set(wrong))
		for budget in ("", "400-300", "9亿亿", "99999亿"):
			self.assertEqual(set(self.refused(budget=budget)), {"budget"}, budget)
		self.assertEqual(set(self.refused(area="100-80", bedrooms="3-2")), {"area", "bedrooms"})
		self.assertEqual(set(self.refused(requirement_type="Steal")), {"requirement_type"})
		self.assertEqual(set(self.refused(remarks="长" * 1001)), {"remarks"})

	def test_the_source_is_kept(self):
		campaign = self.enquire(campaign="微信公众号" * 30, referral="nobody's")
		self.assertEqual(campaign.source_channel, "Client Page")
		self.assertEqual(campaign.source_detail, ("微信公众号" * 30)[:80])
		friend = factory.make_client(agent=self.agent.name)
		code = referrals.make_link("Client", friend.name).split("=")[1]
		client = self.convert(self.enquire(referral=code))
		self.assertEqual((client.source_channel, client.referred_by_client), ("Referral", friend.name))

	def test_the_queue_is_told_and_agents_are_not(self):
		enquiry = self.enquire()
		told = frappe.get_all("Notification Log", {"document_name": enquiry.name}, pluck="for_user")
		self.assertLessEqual({self.clerk, self.other, self.manager}, set(told))
		self.assertNotIn(self.agent.user, told)

	def test_becomes_a_client_with_a_requirement_once(self):
		enquiry = self.enquire(campaign="抖音")
		client = self.convert(enquiry, agent=self.agent.name)
		with self.set_user(self.clerk):
			self.assertRaises(frappe.ValidationError, api.convert, enquiry.name)
			self.assertRaises(
				frappe.ValidationError, queue_api.reject, "Client Enquiry", enquiry.name, "重复"
			)
		enquiry.reload()
		self.assertEqual((enquiry.status, enquiry.client), ("Converted", client.name))
		whose = (client.client_name, client.agent, client.store, client.is_buyer, client.is_tenant)
		self.assertEqual(whose, ("王女士", self.agent.name, self.store, 1, 0))
		self.assertEqual((client.source_channel, client.source_detail), ("Client Page", "抖音"))
		self.assertEqual((client.consent, client.consent_at), ("Given", enquiry.consented_at))
		self.assertEqual(client.phones[0].phone_number, enquiry.phone_number)
		wish = frappe.get_doc("Client Requirement", enquiry.requirement)
		self.assertEqual((wish.client, wish.budget_max, wish.needs_metro), (client.name, 4000000, 1))
		self.assertEqual([row.estate for row in wish.estates], [self.estate.name])

	def test_a_known_client_gets_another_requirement(self):
		known = factory.make_client(agent=self.agent.name, phones=[{"number": NUMBER}])
		stranger = factory.make_client(agent=self.agent.name)
		enquiry = self.enquire(requirement_type="Rent", budget="5000")
		with self.set_user(self.manager):
			self.assertEqual([row["name"] for row in api.hints(enquiry.name)["clients"]], [known.name])
			self.assertRaises(frappe.ValidationError, api.convert, enquiry.name, stranger.name)
		client = self.convert(enquiry, self.manager, client=known.name)
		self.assertEqual((client.name, client.is_tenant, client.consent), (known.name, 1, "Given"))
		self.assertTrue(frappe.db.exists("Client Requirement", {"client": known.name, "budget_max": 5000}))

	def test_of_a_colleagues_client_the_clerk_learns_no_more_and_the_agent_is_told(self):
		known = factory.make_client(agent=self.agent.name, phones=[{"number": NUMBER}])
		enquiry, free = self.enquire(), self.enquire(phone=factory.make_phone())
		with self.set_user(self.clerk):
			self.assertEqual(api.hints(enquiry.name), {"clients": [], "others": 1})
			self.assertRaises(frappe.PermissionError, api.convert, enquiry.name, known.name)
			self.assertRaises(frappe.ValidationError, api.convert, enquiry.name)
			self.assertRaises(frappe.ValidationError, api.pass_on, free.name)
			api.pass_on(enquiry.name)
			shown = frappe.get_doc("Client Enquiry", enquiry.name).as_dict()
		self.assertEqual((shown.status, shown.client, shown.requirement), ("Converted", None, None))
		self.assertTrue(shown.passed_on_at)
		self.assertNotIn(known.name, str(shown))
		self.assertTrue(frappe.db.exists("Client Requirement", {"client": known.name}))
		self.assertTrue(any(known.client_name in subject for subject in self.told(self.agent.user)))
		self.assertFalse(any(known.client_name in subject for subject in self.told(self.clerk)))

	def test_to_hear_whether_its_number_is_known_counts(self):
		"""An enquiry sent by oneself is a way to try out a number."""
		known = factory.make_client(agent=self.agent.name, phones=[{"number": NUMBER}])
		enquiry = self.enquire()
		for ask in (api.hints, api.pass_on, partial(api.convert, client=known.name), api.convert):
			forget_asked()
			self.set_rule(known_answers_an_hour=1)
			with self.set_user(self.manager):
				api.hints(enquiry.name)
				self.assertRaises(frappe.TooManyRequestsError, ask, enquiry.name)

	def test_a_relatives_number_makes_a_client_of_its_own(self):
		factory.make_client(agent=self.agent.name, phones=[{"number": NUMBER}])
		client = self.convert(self.enquire(), related_as="Spouse")
		self.assertEqual((client.client_name, client.phones[0].related_as), ("王女士", "Spouse"))

	def test_becomes_a_client_by_itself_where_the_agency_wants_it(self):
		known = factory.make_client(agent=self.agent.name, phones=[{"number": NUMBER}])
		waiting = {
			"new": self.enquire(phone=factory.make_phone()),
			"known": self.enquire(),
			"nowhere": self.enquire(phone=factory.make_phone(), places=""),
			"taken": self.enquire(phone=factory.make_phone()),
		}
		with self.set_user(self.clerk):
			queue_api.take("Client Enquiry", waiting["taken"].name)
		enquiries.convert_waiting()
		self.assertEqual(waiting["new"].reload().status, "New")
		frappe.db.set_single_value("Agency Settings", "client_enquiry_convert", 1)
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		for _run in range(2):
			enquiries.convert_waiting()
		found = {name: enquiry.reload().status for name, enquiry in waiting.items()}
		expected = {"new": "Converted", "known": "Converted", "nowhere": "New", "taken": "Doing"}
		self.assertEqual(found, expected)
		client = frappe.get_doc("Client", waiting["new"].client)
		self.assertEqual((client.agent, client.store, client.pool), (None, self.store, "Store"))
		self.assertEqual(frappe.db.count("Client Requirement", {"client": known.name}), 1)
		self.assertTrue(self.told(self.agent.user))

	def test_a_wish_is_corrected_and_nothing_else(self):
		enquiry = self.enquire()
		with self.set_user(self.clerk):
			doc = frappe.get_doc("Client Enquiry", enquiry.name)
			sent = {"status": "Converted", "source_detail": "别的", "as_typed": "别的", "consent_text": ""}
			stored = {field: doc.get(field) for field in sent}
			doc.update(sent).save()
			self.assertEqual({field: doc.get(field) for field in sent}, stored)
			doc.update({"budget_min": 5000000})
			self.assertRaises(frappe.ValidationError, doc.save)
			doc.reload()
			doc.update({"budget_max": 4500000, "territories": [{"territory": self.circle}]}).save()
		self.assertEqual((doc.budget_max, len(doc.territories)), (4500000, 1))
