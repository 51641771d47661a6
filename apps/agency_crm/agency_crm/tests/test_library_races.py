"""Two people at one moment: a role approved, a listing claimed, a key borrowed, an offer taken in, once each."""

import frappe
from frappe.utils import now

from agency_crm.permissions import visibility
from agency_crm.services.library import enquiries, keys, lapses, owner_page, roles, verification
from agency_crm.setup import install
from agency_crm.tests import factory
from agency_crm.tests.deal_case import as_user
from agency_crm.tests.races import at_once
from agency_crm.tests.roles_case import RolesCase

LEFT_BEHIND = ("Notification Log", "Comment", "Version", "Territory")


class TestRaces(RolesCase):
	"""Rows are committed for the other connections to see, so the class takes them away itself."""

	@classmethod
	def setUpClass(cls):
		cls.started = now()
		super().setUpClass()
		cls.addClassCleanup(cls.take_away)

	@classmethod
	def take_away(cls):
		frappe.db.rollback()
		ours = frappe.get_all("DocType", {"module": install.MODULE, "issingle": 0}, pluck="name")
		for doctype in (*ours, *LEFT_BEHIND):
			frappe.db.delete(doctype, {"creation": (">=", cls.started)})
		visibility.forget_places()
		frappe.db.commit()

	def tearDown(self):
		frappe.db.commit()
		frappe.db.savepoint("agency_test")  # the commits took the one of setUp
		super().tearDown()

	def race(self, *acts, held=None) -> int:
		"""Do (user, method, arguments) at once, all held at one record's lock, the listing's; return which won."""
		held = held or self.listing
		frappe.db.commit()
		frappe.db.get_value(held.doctype, held.name, "name", for_update=True)

		def doing(user, method, *arguments):
			def act():
				frappe.set_user(user)
				method(*arguments)

			return act

		outcomes = at_once(*(doing(*act) for act in acts), held_at=f"%tab{held.doctype}%FOR UPDATE")
		errors = [outcome.error for outcome in outcomes]
		self.assertEqual(errors.count(None), 1, errors)
		lost = next(error for error in errors if error)
		self.assertIsInstance(lost, frappe.ValidationError)
		self.assertNotIsInstance(lost, frappe.QueryDeadlockError)
		return errors.index(None)

	def test_of_two_requests_for_a_role_one_is_approved(self):
		requests = []
		for agent in (self.colleague, self.stranger):
			with as_user(agent.user):
				values = {"listing": self.listing.name, "role": "Survey", "reason": "实勘"}
				requests.append(frappe.new_doc("Role Request", **values).insert())
		won = self.race(*(("Administrator", roles.approve, request.name) for request in requests))
		self.assertEqual(self.held("Survey"), [(requests[won].agent, False)])

	def test_of_two_who_claim_one_gets_it(self):
		self.listing.maintainer = None
		self.listing.save()
		frappe.db.set_value("Listing Role", {"role": "Maintainer"}, "ended_at", "2026-01-01")
		agents = [self.colleague, self.stranger]
		won = self.race(*((agent.user, lapses.claim, self.listing.name) for agent in agents))
		self.listing.reload()
		self.assertEqual(self.listing.maintainer, agents[won].name)
		self.assertEqual(frappe.db.count("Role Request", {"listing": self.listing.name, "kind": "Claim"}), 1)

	def test_of_two_who_borrow_one_gets_the_key(self):
		with as_user(self.agent.user):
			key = frappe.new_doc("Listing Key", listing=self.listing.name).insert()
		agents = [self.colleague, self.stranger]
		won = self.race(*((agent.user, keys.borrow, key.name) for agent in agents))
		key.reload()
		self.assertEqual((key.status, key.holder), ("Out", agents[won].name))
		self.assertEqual(frappe.db.count("Key Movement", {"listing_key": key.name, "action": "Borrow"}), 1)

	def test_of_two_decisions_on_a_verification_one_stands(self):
		name = verification.ask(self.listing.name, "Existence")
		self.race(
			("Administrator", verification.approve, name),
			(self.manager, verification.refuse, name, "业主已售"),
		)
		result, phase = (
			frappe.db.get_value("Listing Verification", name, "result"),
			frappe.db.get_value("Listing", self.listing.name, "phase"),
		)
		self.assertIn((result, phase), {("Approved", "Live"), ("Refused", "Draft")})

	def test_of_two_clerks_one_makes_an_offer_a_listing(self):
		clerks = [factory.make_agent("Agency Assistant", store=self.store) for _ in range(2)]
		estate = factory.make_estate()
		offer = {
			"listing_type": "Sale",
			"estate": estate.estate_name,
			"gross_area": "89.5",
			"layout": "2室1厅",
		}
		offer |= {
			"building_no": "3",
			"unit_no": "2",
			"room_no": "501",
			"asking_price": "350",
			"consent": True,
		}
		offer |= {"enquirer_name": "张先生", "phone": factory.make_phone()}
		with as_user("Guest"):
			number = owner_page.submit(offer, [], frappe.generate_hash(length=32))
		enquiry = frappe.get_doc("Listing Enquiry", {"reference_no": number})
		enquiry.db_set("store", self.store)
		won = self.race(*((clerk.user, enquiries.convert, enquiry.name) for clerk in clerks), held=enquiry)
		enquiry.reload()
		self.assertEqual((enquiry.status, enquiry.assigned_to), ("Converted", clerks[won].user))
		self.assertEqual(frappe.get_all("Listing", {"estate": estate.name}, pluck="name"), [enquiry.listing])
		self.assertEqual(frappe.db.count("Client", {"client_name": "张先生", "store": self.store}), 1)
