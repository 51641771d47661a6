"""Two people at one moment: one role approved, one listing claimed, one key borrowed, one listing verified, once."""

import frappe
from frappe.utils import now

from agency_crm.permissions import visibility
from agency_crm.services.library import keys, lapses, roles, verification
from agency_crm.setup import install
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

	def race(self, *acts) -> int:
		"""Do (user, method, arguments) at once, all held at the listing's lock; return which one won."""
		frappe.db.commit()
		frappe.db.get_value("Listing", self.listing.name, "name", for_update=True)

		def doing(user, method, *arguments):
			def act():
				frappe.set_user(user)
				method(*arguments)

			return act

		outcomes = at_once(*(doing(*act) for act in acts), held_at="%tabListing%FOR UPDATE")
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
