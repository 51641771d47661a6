"""Two people at one moment: a role approved, a listing claimed, a key borrowed, an offer taken in, once each."""

import frappe

from agency_crm.services.intake import listing_enquiries, owner_page
from agency_crm.services.listings import keys, roles, verification
from agency_crm.services.pools import listings as lapses
from agency_crm.tests import factory
from agency_crm.tests.cases.races import RacesCase
from agency_crm.tests.users import as_user


class TestRaces(RacesCase):
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
		estate = factory.make_estate()
		offer = {
			**{
				"listing_type": "Sale",
				"estate": estate.estate_name,
				"gross_area": "89.5",
				"layout": "2室1厅",
			},
			**{"building_no": "3", "unit_no": "2", "room_no": "501", "asking_price": "350", "consent": True},
			**{"enquirer_name": "张先生", "phone": factory.make_phone()},
		}
		with as_user("Guest"):
			number = owner_page.submit(offer, [], frappe.generate_hash(length=32))
		enquiry = frappe.get_doc("Listing Enquiry", {"reference_no": number})
		enquiry = self.race_of_clerks(enquiry, listing_enquiries.convert)
		self.assertEqual(frappe.get_all("Listing", {"estate": estate.name}, pluck="name"), [enquiry.listing])
		self.assertEqual(frappe.db.count("Client", {"client_name": "张先生", "store": self.store}), 1)
