"""Roles on a listing: asked for, approved, taken over; nobody gives one to themselves."""

from datetime import timedelta

import frappe
from frappe.utils import now_datetime

from agency_crm.framework import workflow_guard
from agency_crm.services.commission import splits
from agency_crm.services.listings import roles, verification
from agency_crm.tests import factory
from agency_crm.tests.cases.office import RolesCase
from agency_crm.tests.users import as_user


def ask(asker, listing: str, role: str = "Survey", **fields):
	"""A request of an Agent for themselves."""
	with as_user(asker.user):
		values = {"doctype": "Role Request", "listing": listing, "role": role, "reason": "我更熟悉这套房"}
		return frappe.get_doc({**values, **fields}).insert()


class TestRoleRequest(RolesCase):
	def ask(self, asker=None, role: str = "Survey", **fields):
		return ask(asker or self.colleague, self.listing.name, role, **fields)

	def decide(self, request, user: str | None = None, method=roles.approve, *arguments):
		with as_user(user or self.manager):
			method(request.name, *arguments)
		request.reload()

	def test_who_enters_a_listing_holds_entry_and_maintains_it(self):
		found = [(row.role, row.agent, bool(row.gained_at)) for row in self.listing.roles]
		self.assertEqual(found, [("Entry", self.agent.name, True), ("Maintainer", self.agent.name, True)])

	def test_a_role_nobody_holds_is_gained_by_approval(self):
		request = self.ask()
		self.assertEqual((request.kind, request.status, request.replaces), ("Gain", "Open", None))
		self.assertIn(self.listing.name, self.told(self.manager)[0])
		self.assertEqual(self.held("Survey"), [])
		self.decide(request)
		self.assertEqual(self.held("Survey"), [(self.colleague.name, False)])
		self.assertEqual((request.status, request.decided_by), ("Approved", self.manager))
		self.assertTrue(self.told(self.colleague.user))

	def test_a_takeover_ends_the_old_holder_who_is_told(self):
		self.decide(self.ask())
		request = self.ask(self.stranger)
		self.assertEqual((request.kind, request.replaces), ("Takeover", self.colleague.name))
		self.decide(request)
		self.assertEqual(self.held("Survey"), [(self.colleague.name, True), (self.stranger.name, False)])
		self.assertTrue(any(self.stranger.agent_name in text for text in self.told(self.colleague.user)))

	def test_a_takeover_says_why(self):
		self.decide(self.ask())
		with self.assertRaises(frappe.MandatoryError):
			self.ask(self.stranger, reason=" ")

	def test_the_maintainer_follows_a_takeover(self):
		self.decide(self.ask(role="Maintainer"))
		self.listing.reload()
		self.assertEqual(self.listing.maintainer, self.colleague.name)
		self.assertEqual(self.held("Maintainer"), [(self.agent.name, True), (self.colleague.name, False)])

	def test_nobody_decides_on_their_own(self):
		lead = factory.make_agent(user=self.manager, store=self.store)
		request = self.ask(lead)
		for method, arguments in ((roles.approve, ()), (roles.refuse, ("不行",))):
			with self.assertRaises(frappe.PermissionError):
				self.decide(request, lead.user, method, *arguments)
		self.assertEqual(self.held("Survey"), [])

	def test_agents_and_managers_elsewhere_dont_decide(self):
		elsewhere = factory.make_user("Agency Store Manager").name
		factory.make_store(manager=elsewhere)
		request = self.ask()
		for user in (self.agent.user, self.stranger.user, elsewhere):
			with self.assertRaises(frappe.PermissionError):
				self.decide(request, user)

	def test_a_refusal_has_a_reason(self):
		request = self.ask()
		with self.assertRaises(frappe.MandatoryError):
			self.decide(request, self.manager, roles.refuse, " ")
		self.decide(request, self.manager, roles.refuse, "实勘照片不全")
		self.assertEqual((request.status, request.decision_reason), ("Refused", "实勘照片不全"))
		with self.assertRaises(frappe.ValidationError):
			self.decide(request)
		self.assertEqual(self.held("Survey"), [])

	def test_what_comes_by_a_mandate_or_by_entering_is_not_asked_for(self):
		for role in ("Mandate", "Entry"):
			with self.assertRaisesRegex(frappe.ValidationError, role):
				self.ask(role=role)

	def test_one_takes_back_only_their_own(self):
		request = self.ask()
		with self.assertRaises(frappe.PermissionError):
			self.decide(request, self.agent.user, roles.withdraw)
		self.decide(request, self.colleague.user, roles.withdraw)
		self.assertEqual(request.status, "Withdrawn")
		self.assertTrue(self.ask())

	def test_the_same_is_not_asked_twice(self):
		first = self.ask()
		with self.assertRaises(frappe.DuplicateEntryError) as caught:
			self.ask()
		self.assertIn(first.name, str(caught.exception))

	def test_what_was_asked_for_meanwhile_given_to_another_is_refused(self):
		first, second = self.ask(), self.ask(self.stranger)
		self.decide(first)
		with self.assertRaises(frappe.ValidationError) as caught:
			self.decide(second)
		self.assertIn(self.colleague.agent_name, str(caught.exception))

	def test_what_is_asked_is_closed_when_the_listing_ends(self):
		requests = [self.ask(), self.ask(self.stranger), self.ask(role="Maintainer")]
		check = verification.ask(self.listing.name, "Site Survey")
		workflow_guard.move(self.listing.reload(), "Dead", reason="业主不卖了")
		for request in requests:
			request.reload()
			self.assertEqual((request.status, request.open_key), ("Withdrawn", None))
			self.assertIn("Withdrawn", request.decision_reason)
			self.assertRaises(frappe.ValidationError, self.decide, request)
		self.assertIn(self.listing.name, self.told(self.stranger.user)[0])
		check = frappe.get_doc("Listing Verification", check)
		self.assertEqual((check.result, check.open_key), ("Cancelled", None))
		self.assertIn("Withdrawn", check.reason)

	def test_the_decision_is_not_typed(self):
		with as_user(self.colleague.user):
			request = frappe.get_doc(
				{
					"doctype": "Role Request",
					"listing": self.listing.name,
					"role": "Key",
					"status": "Approved",
					"kind": "Claim",
				}
			).insert()
		self.assertEqual((request.status, request.kind), ("Open", "Gain"))

	def test_nobody_asks_for_another_or_about_what_they_dont_see(self):
		with self.assertRaises(frappe.PermissionError):
			self.ask(agent=self.stranger.name)
		with as_user(self.manager):
			self.listing.update({"scope": "Private"}).save()
		with self.assertRaises(frappe.PermissionError):
			self.ask(self.stranger)

	def test_roles_are_not_written_on_the_listing(self):
		for change in (
			{"roles": [*self.listing.roles, {"role": "Survey", "agent": self.agent.name}]},
			{"maintainer": self.colleague.name},
			{"scope": "Private"},
		):
			listing = frappe.get_doc("Listing", self.listing.name)
			with as_user(self.agent.user), self.assertRaises(frappe.PermissionError):
				listing.update(change).save()
		approved = [{"role": "Key", "agent": self.agent.name, "approved_at": now_datetime()}]
		with as_user(self.agent.user), self.assertRaises(frappe.PermissionError):
			factory.make_listing(roles=approved)
		with as_user(self.manager):
			self.listing.update({"maintainer": self.colleague.name, "scope": "Private"}).save()
		self.assertEqual(self.held("Maintainer")[-1], (self.colleague.name, False))

	def test_who_makes_private_listings_is_a_setting(self):
		self.set_rule(private_scope_by="All Agents")
		with as_user(self.agent.user):
			self.listing.update({"scope": "Private"}).save()
		self.assertEqual(self.listing.scope, "Private")

	def test_an_ended_role_shows_nothing_and_earns_nothing(self):
		self.decide(self.ask(self.stranger))
		takeover = self.ask()
		with as_user(self.manager):
			self.listing.reload()
			self.listing.update({"scope": "Private"}).save()
		with as_user(self.stranger.user):
			self.assertTrue(frappe.has_permission("Listing", "read", doc=self.listing))
		self.decide(takeover)
		with as_user(self.stranger.user):
			self.assertFalse(frappe.has_permission("Listing", "read", doc=self.listing))

	def test_a_split_is_whose_the_role_was_then(self):
		self.decide(self.ask())
		self.decide(self.ask(self.stranger))
		self.decide(self.ask(role="Maintainer"))
		changed = now_datetime() - timedelta(days=3)
		for row in frappe.get_doc("Listing", self.listing.name).roles:
			begun = (
				changed
				if row.agent == self.stranger.name or row.role == "Maintainer"
				else changed - timedelta(9)
			)
			begun = changed - timedelta(days=9) if row.agent == self.agent.name else begun
			frappe.db.set_value(row.doctype, row.name, "approved_at", begun)
			if row.ended_at:
				frappe.db.set_value(row.doctype, row.name, "ended_at", changed)
		deal = factory.make_deal(listing=self.listing.name)
		for days, survey, maintainer in ((5, self.colleague, self.agent), (0, self.stranger, self.colleague)):
			deal.review_on = now_datetime() - timedelta(days=days)
			found = splits.holders(deal)
			self.assertEqual((found["Survey"], found["Maintainer"]), ([survey.name], [maintainer.name]))
