"""A listing is verified by evidence and a manager's decision; one that fails, or is late, leaves the market."""

from datetime import timedelta

import frappe
from frappe.utils import add_days, getdate, now_datetime, today

from agency_crm.framework import workflow_guard
from agency_crm.services.listings import verification
from agency_crm.tests import factory
from agency_crm.tests.cases.office import RolesCase
from agency_crm.tests.users import act, as_user

DOCTYPE = "Listing Verification"
PAPER = b"%PDF-1.4 "


class TestListingVerification(RolesCase):
	def new(self):
		"""A listing of the agent that was sent for verification."""
		with as_user(self.agent.user):
			listing = factory.make_listing()
		act(self.agent.user, listing, "Submit for Verification")
		return listing

	def open_request(self, listing=None, kind: str = "Existence"):
		name = frappe.db.get_value(
			DOCTYPE, {"listing": (listing or self.listing).name, "kind": kind, "open_key": ("is", "set")}
		)
		return frappe.get_doc(DOCTYPE, name) if name else None

	def ask(self, kind: str = "Existence", agent=None, **fields):
		with as_user((agent or self.agent).user):
			return frappe.new_doc(DOCTYPE, listing=self.listing.name, kind=kind, **fields).insert()

	def submit(self, request, agent=None):
		with as_user((agent or self.agent).user):
			verification.submit(request.name)
		request.reload()

	def decide(self, request, method=verification.approve, *arguments, user: str | None = None):
		with as_user(user or self.manager):
			method(request.name, *arguments)
		request.reload()
		self.listing.reload()

	def attach(self, request, **file) -> str:
		with as_user(self.agent.user):
			values = {
				"file_name": "实勘.pdf",
				"content": PAPER + frappe.generate_hash().encode(),
				"is_private": 1,
			}
			values.update({"attached_to_doctype": DOCTYPE, "attached_to_name": request.name, **file})
			return frappe.get_doc({"doctype": "File", **values}).insert().file_url

	def test_sent_for_verification_its_existence_is_asked_for(self):
		request = self.open_request(self.new())
		self.assertEqual((request.requested_of, request.store), (self.agent.name, self.store))
		self.assertEqual(request.result, "Pending")
		self.assertGreater(request.due_on, now_datetime() + timedelta(hours=23))
		self.assertTrue(request.evidence)

	def test_approving_the_request_brings_it_onto_the_market(self):
		listing = self.new()
		request = self.open_request(listing)
		self.submit(request)
		self.assertEqual((request.result, request.submitted_by), ("Submitted", self.agent.user))
		self.assertTrue(self.told(self.manager))
		self.decide(request)
		listing.reload()
		self.assertEqual((listing.phase, listing.verification_status), ("Live", "Verified"))
		self.assertEqual(getdate(listing.verified_on), getdate())
		self.assertEqual(getdate(listing.verification_due_on), getdate(add_days(today(), 90)))
		self.assertEqual((request.result, request.decided_by), ("Approved", self.manager))

	def test_passing_by_the_workflow_approves_the_request(self):
		listing = self.new()
		request = self.open_request(listing)
		act(self.manager, listing, "Pass Verification")
		request.reload()
		self.assertEqual((request.result, request.decided_by), ("Approved", self.manager))
		self.assertEqual((listing.phase, listing.verification_status), ("Live", "Verified"))
		self.assertIsNone(self.open_request(listing))

	def test_sending_back_by_the_workflow_refuses_it(self):
		listing = self.new()
		request = self.open_request(listing)
		listing.update({"status_reason": "照片不符"}).save()
		act(self.manager, listing, "Send Back")
		request.reload()
		self.assertEqual((request.result, request.reason), ("Refused", "照片不符"))

	def test_who_handed_it_in_does_not_decide_either_way(self):
		lead = factory.make_agent(user=self.manager, store=self.store)
		listing = self.new()
		request = self.open_request(listing)
		self.submit(request, lead)
		with self.assertRaises(frappe.PermissionError):
			self.decide(request, user=lead.user)
		with self.assertRaises(frappe.PermissionError):
			act(lead.user, listing, "Pass Verification")
		self.assertEqual(frappe.db.get_value("Listing", listing.name, "phase"), "Draft")

	def test_agents_dont_decide(self):
		request = self.ask()
		for user in (self.agent.user, self.stranger.user):
			with self.assertRaises(frappe.PermissionError):
				self.decide(request, user=user)

	def test_a_refused_one_leaves_the_market_with_the_reason(self):
		request = self.ask()
		with self.assertRaises(frappe.MandatoryError):
			self.decide(request, verification.refuse, " ")
		self.decide(request, verification.refuse, "业主称未委托")
		self.assertEqual((self.listing.phase, self.listing.verification_status), ("Draft", "Failed"))
		self.assertEqual(self.listing.status_reason, "业主称未委托")
		self.assertTrue(any("业主称未委托" in text for text in self.told(self.agent.user)))
		act(self.agent.user, self.listing, "Submit for Verification")
		self.assertTrue(self.open_request())

	def test_under_offer_it_stays_where_its_deal_has_it(self):
		request = self.ask()
		workflow_guard.move(self.listing, "Closing")
		self.decide(request, verification.refuse, "面积不符")
		self.assertEqual((self.listing.phase, self.listing.verification_status), ("Closing", "Failed"))

	def test_what_is_required_must_be_there(self):
		request = self.ask("Ownership Certificate")
		self.assertEqual([row.required for row in request.evidence], [1, 0])
		for method in (self.submit, self.decide):
			with self.assertRaises(frappe.MandatoryError):
				method(request)
		request.evidence[0].file = self.attach(request)
		with as_user(self.agent.user):
			request.save()
		self.submit(request)
		self.decide(request)
		self.assertEqual(request.result, "Approved")

	def test_evidence_is_private_and_a_file_one_may_read(self):
		request = self.ask()
		request.evidence[0].file = self.attach(request, is_private=0)
		with as_user(self.agent.user):
			request.save()
		self.assertTrue(request.evidence[0].file.startswith("/private/"))
		request.reload()
		public = frappe.get_doc({"doctype": "File", "file_name": "标志.txt", "content": "logo"}).insert()
		request.evidence[1].file = public.file_url
		with as_user(self.agent.user), self.assertRaises(frappe.ValidationError):
			request.save()
		self.assertFalse(frappe.db.get_value("File", public.name, "is_private"))
		request.reload()
		secret = frappe.get_doc(
			{"doctype": "File", "file_name": "别人.txt", "content": frappe.generate_hash(), "is_private": 1}
		).insert()
		request.evidence[1].file = secret.file_url
		with as_user(self.agent.user), self.assertRaises(frappe.PermissionError):
			request.save()
		request.reload()
		file = frappe.get_doc("File", {"file_url": request.evidence[0].file})
		with as_user(self.stranger.user):
			self.assertFalse(file.has_permission("read"))
			self.assertFalse(frappe.has_permission(DOCTYPE, "read", doc=request))

	def test_the_decision_is_not_typed(self):
		request = self.ask(result="Approved", requested_of=self.stranger.name)
		self.assertEqual((request.result, request.requested_of), ("Pending", self.agent.name))
		with as_user(self.agent.user):
			request.update({"result": "Approved", "decided_by": self.manager}).save()
		request.reload()
		self.assertEqual((request.result, request.decided_by), ("Pending", None))

	def test_a_survey_and_a_key_give_their_roles(self):
		for kind, role in (("Site Survey", "Survey"), ("Key", "Key")):
			request = self.ask(kind)
			for row in request.evidence:
				row.file = self.attach(request)
			with as_user(self.agent.user):
				request.save()
			self.submit(request)
			self.assertEqual(self.held(role), [])
			self.decide(request)
			self.assertEqual(self.held(role), [(self.agent.name, False)])
			row = next(row for row in self.listing.roles if row.role == role)
			self.assertTrue(row.gained_at and row.approved_at)

	def test_one_request_of_a_kind_is_open(self):
		first = self.ask()
		with self.assertRaises(frappe.DuplicateEntryError) as caught:
			self.ask()
		self.assertIn(first.name, str(caught.exception))
		self.decide(first, verification.cancel, None, user=self.agent.user)
		self.assertEqual(first.result, "Cancelled")
		self.assertTrue(self.ask())

	def test_asked_of_who_entered_it_else_the_maintainer_else_the_manager(self):
		frappe.db.set_value("Agent", self.agent.name, "status", "Left")
		with as_user(self.manager):
			self.listing.update({"maintainer": self.colleague.name}).save()
		first = self.ask(agent=self.colleague)
		self.assertEqual(first.requested_of, self.colleague.name)
		self.decide(first, verification.cancel, None)
		frappe.db.set_value("Agent", self.colleague.name, "status", "Left")
		before = len(self.told(self.manager))
		verification.ask(self.listing.name, "Existence")
		self.assertIsNone(self.open_request().requested_of)
		self.assertEqual(len(self.told(self.manager)), before + 1)

	def test_due_again_it_is_asked_for_and_left_unanswered_it_leaves_the_market(self):
		verification.ask_again()
		self.assertIsNone(self.open_request())
		frappe.db.set_value("Listing", self.listing.name, "verification_due_on", today())
		for _ in range(2):
			verification.ask_again()
		request = self.open_request()
		verification.note_overdue()
		self.listing.reload()
		self.assertEqual(self.listing.phase, "Live")
		frappe.db.set_value(DOCTYPE, request.name, "due_on", now_datetime() - timedelta(minutes=1))
		for _ in range(2):
			verification.note_overdue()
		self.listing.reload()
		self.assertEqual((self.listing.phase, self.listing.verification_status), ("Draft", "Expired"))
		self.submit(request)
		self.decide(request)
		self.assertEqual((self.listing.phase, self.listing.verification_status), ("Live", "Verified"))

	def test_of_what_is_late_before_the_market_the_manager_hears_once(self):
		listing = self.new()
		request = self.open_request(listing)
		frappe.db.set_value(DOCTYPE, request.name, "due_on", now_datetime() - timedelta(minutes=1))
		before = len(self.told(self.manager))
		for _ in range(2):
			verification.note_overdue()
		self.assertEqual(len(self.told(self.manager)), before + 1)

	def test_a_price_that_moved_far_is_verified_again(self):
		for price, asked in ((3400000, False), (3100000, True)):
			with as_user(self.agent.user):
				self.listing.update({"asking_price": price, "price_reason": "业主让价"}).save()
			self.assertEqual(bool(self.open_request()), asked, price)
		self.decide(self.open_request())
		self.assertEqual(self.listing.verified_price, 3100000)

	def test_back_from_hold_only_where_the_setting_says_so(self):
		for rule, asked in ((0, False), (1, True)):
			self.set_rule(reverify_on_return=rule)
			act(self.agent.user, self.listing, "Put on Hold")
			act(self.agent.user, self.listing, "Resume")
			self.assertEqual(bool(self.open_request()), asked)

	def test_off_the_market_nobody_need_verify_it(self):
		request = self.ask()
		workflow_guard.move(self.listing, "Dead", reason="业主不卖了")
		request.reload()
		self.assertEqual(request.result, "Cancelled")
		with self.assertRaises(frappe.ValidationError):
			self.ask()

	def test_whoever_sees_it_reports_it(self):
		with as_user(self.stranger.user):
			self.assertRaises(frappe.MandatoryError, verification.report, self.listing.name, " ")
			verification.report(self.listing.name, "电话核实业主说已卖")
		request = self.open_request()
		self.assertEqual(request.request_reason, "电话核实业主说已卖")
		with as_user(self.colleague.user):
			verification.report(self.listing.name, "<img src=x>")
		self.assertEqual(self.open_request().name, request.name)
		text = frappe.get_all("Comment", {"reference_name": request.name}, pluck="content")
		self.assertNotIn("<img", " ".join(text))

	def test_due_within_hours_of_its_kind(self):
		survey = self.ask("Site Survey")
		self.assertAlmostEqual(
			survey.due_on, now_datetime() + timedelta(hours=48), delta=timedelta(minutes=5)
		)
