"""How clients come from stage to stage, on a real site: by what happens, back when a deal comes to nothing."""

import frappe

from agency_crm.framework import workflow_guard
from agency_crm.services.clients import stages
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestClientStages(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = factory.make_agent(commission_plan=factory.make_plan().name)
		cls.client = factory.make_client(agent=cls.agent.name)

	def stage(self, name: str | None = None) -> str:
		return frappe.db.get_value("Client", name or self.client.name, "stage")

	def versions(self) -> list[list]:
		"""The moves of the stage that the client's versions hold, oldest first."""
		about = {"ref_doctype": "Client", "docname": self.client.name}
		rows = frappe.get_all("Version", about, pluck="data", order_by="creation, name")
		moves = (change for row in rows for change in frappe.parse_json(row).get("changed", []))
		return [move for move in moves if move[0] == "stage"]

	def save(self, user: str | None = None, **values):
		with as_user(user or self.agent.user):
			client = frappe.get_doc("Client", self.client.name)
			client.update(values)
			client.save()
		return client

	def test_a_deal_takes_its_people_along_and_back_when_it_is_void(self):
		deal = factory.make_deal(agent=self.agent.name, client=self.client.name)
		seller = deal.parties[-1].client
		self.assertEqual((self.stage(), self.stage(seller)), ("Negotiating", "Negotiating"))
		workflow_guard.move(deal, "Dead", reason="不买了")
		self.assertEqual((self.stage(), self.stage(seller)), ("Prospect", "Interested"))
		self.assertEqual(
			self.versions(), [["stage", "Prospect", "Negotiating"], ["stage", "Negotiating", "Prospect"]]
		)

	def test_a_draft_moves_no_owner_whom_its_maker_does_not_work_on(self):
		"""Anybody may draft a deal on a public listing, whose owner is then a party to it."""
		owner = factory.make_client(is_seller=1)
		listing = factory.make_listing("Live", owners=[{"client": owner.name, "share": 100}])
		before = self.stage(owner.name)
		with as_user(self.agent.user):
			deal = factory.make_deal(agent=self.agent.name, client=self.client.name, listing=listing.name)
		self.assertEqual((self.stage(), self.stage(owner.name)), ("Negotiating", before))
		workflow_guard.move(deal, "Held")
		self.assertEqual(self.stage(owner.name), "Negotiating")

	def test_the_phases_of_a_deal_put_a_client_where_they_stand(self):
		deal = factory.make_deal(agent=self.agent.name, client=self.client.name)
		for phase, stage in (("Live", "Closed"), ("Closing", "Closed"), ("Closed", "After-sale")):
			frappe.db.set_value("Deal", deal.name, "phase", phase)
			self.assertEqual(stages.known(self.client.name), stage)
		frappe.db.set_value("Deal", deal.name, "phase", "Dead")
		self.assertEqual(stages.known(self.client.name), "Prospect")

	def test_an_owner_moves_by_their_home(self):
		factory.make_listing("Live", owners=[{"client": self.client.name, "share": 100}])
		self.assertEqual((self.stage(), stages.known(self.client.name)), ("Interested", "Interested"))
		listing = frappe.get_last_doc("Listing")
		factory.make_viewing(listing.name, phase="Closed", agent=self.agent.name)
		self.assertEqual((self.stage(), stages.known(self.client.name)), ("Viewing", "Viewing"))

	def test_by_hand_a_client_is_lost_with_a_reason_and_won_back(self):
		factory.make_requirement(client=self.client.name)
		self.assertRaisesRegex(frappe.MandatoryError, "Reason for Losing", self.save, stage="Lost")
		since = frappe.db.get_value("Client", self.client.name, "stage_since")
		self.save(stage="Lost", lost_reason="在别处买了")
		self.assertNotEqual(frappe.db.get_value("Client", self.client.name, "stage_since"), since)
		client = self.save(stage="Prospect")
		self.assertEqual((client.stage, client.lost_reason), ("Interested", None))

	def test_no_other_stage_is_chosen_by_hand(self):
		self.assertRaisesRegex(frappe.ValidationError, "moves by itself", self.save, stage="Closed")
		self.assertRaisesRegex(frappe.ValidationError, "moves by itself", self.save, stage="Interested")

	def test_a_new_client_is_a_prospect_or_lost(self):
		"""Entered as one who has bought, a client would never fall to a pool."""
		with as_user(self.agent.user):
			self.assertEqual(factory.make_client(stage="Closed").stage, "Prospect")
			self.assertEqual(factory.make_client(stage="Lost", lost_reason="移民").stage, "Lost")

	def test_an_old_form_takes_nothing_back(self):
		with as_user(self.agent.user):
			old = frappe.get_doc("Client", self.client.name)
			day = old.next_follow_up_on
			old.next_follow_up_on = None
			old.referral_code = "mine"
			old.save()
		self.assertEqual(frappe.db.get_value("Client", self.client.name, "next_follow_up_on"), day)
		self.assertIsNone(frappe.db.get_value("Client", self.client.name, "referral_code"))

	def test_who_has_a_deal_in_progress_is_not_lost(self):
		deal = factory.make_deal(agent=self.agent.name, client=self.client.name)
		frappe.db.set_value("Deal", deal.name, "phase", "Held")
		lost = {"stage": "Lost", "lost_reason": "联系不上"}
		self.assertRaisesRegex(frappe.ValidationError, "deal in progress", self.save, **lost)
