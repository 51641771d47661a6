"""The deal's life on a real site: who may move it, what it holds, what each step sets off."""

from decimal import Decimal

import frappe
from frappe.desk.doctype.kanban_board.kanban_board import quick_kanban_board, update_order_for_single_card
from frappe.model.workflow import apply_workflow
from frappe.utils import add_to_date, now_datetime, today

from agency_crm.api.deals.sheet import deal_sheet, make_deal_from_viewing
from agency_crm.framework import workflow_guard
from agency_crm.services.deals import record as deals
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.data_import import import_row
from agency_crm.tests.races import at_once
from agency_crm.tests.users import act, as_user


class TestDealFlow(DealCase):
	def test_from_draft_to_completed(self):
		deal = self.make_deal()
		self.assertEqual((deal.phase, deal.live_listing), ("Draft", None))
		act(self.agent.user, deal, "Submit for Review")
		self.assertEqual((deal.phase, deal.live_listing), ("Held", self.listing.name))
		self.assertEqual(deal.submitted_for_review_by, self.agent.user)
		self.assertEqual(self.listing_phase(), "Closing")
		act(self.manager, deal, "Approve")
		act(self.accountant, deal, "Approve and Sign")
		self.assertEqual((deal.docstatus, deal.phase, str(deal.signed_on)), (1, "Live", today()))
		self.assertEqual((deal.split_base, deal.pooling), ("Net of VAT", "Pooled"))
		listing = frappe.get_doc("Listing", self.listing.name)
		self.assertEqual((listing.phase, listing.status), ("Closed", "Sold"))
		act(self.manager, deal, "Start Transfer")
		act(self.manager, deal, "Complete")
		self.assertEqual((deal.phase, deal.live_listing), ("Closed", None))
		self.assertEqual(self.listing_phase(), "Closed")

	def test_signing_makes_an_invoice_for_each_fee(self):
		deal = self.sign()
		fees = frappe.get_all("Deal Fee", {"deal": deal.name}, ["side", "amount", "sales_invoice"])
		self.assertEqual({(fee.side, fee.amount) for fee in fees}, {("Buyer", 70000), ("Seller", 35000)})
		for fee in fees:
			invoice = frappe.get_doc("Sales Invoice", fee.sales_invoice)
			self.assertEqual((invoice.docstatus, invoice.deal), (1, deal.name))
			self.assertEqual(Decimal(str(invoice.grand_total)), Decimal(str(fee.amount)))

	def test_who_is_to_approve_is_told(self):
		deal = self.review()
		self.assertEqual(told_of(deal), {self.manager})
		act(self.manager, deal, "Approve")
		accountants = told_of(deal) - {self.manager}
		self.assertIn(self.accountant, accountants)
		self.assertFalse(accountants & {self.region_manager, self.agent.user, self.keeper.user})

	def test_nobody_who_gains_by_a_deal_is_told_to_approve_it(self):
		closer = self.make_agent(user=self.manager)
		self.assertEqual(told_of(self.review(co_agents=[{"agent": closer.name}])), {self.region_manager})

	def test_void_frees_the_listing_and_needs_a_reason(self):
		deal = self.review()
		with as_user(self.manager):
			with self.assertRaises(frappe.MandatoryError):
				apply_workflow(deal.as_dict(), "Void")
			deal.reload()
			deal.void_reason = "客户贷款未批"
			deal.save()
		act(self.manager, deal, "Void")
		self.assertEqual((deal.phase, deal.live_listing, self.listing_phase()), ("Dead", None, "Live"))
		self.assertFalse(frappe.db.exists("Sales Invoice", {"deal": deal.name}))

	def test_refused_by_the_manager_it_is_a_draft_again(self):
		deal = self.review()
		act(self.manager, deal, "Refuse")
		self.assertEqual((deal.phase, deal.live_listing, self.listing_phase()), ("Draft", None, "Live"))
		act(self.agent.user, deal, "Submit for Review")
		total = sum(frappe.get_all("Deal Split", {"deal": deal.name}, pluck="percent"))
		self.assertEqual(total, 100)

	def test_drafts_lapse(self):
		old, young = self.make_deal(), self.make_deal()
		before = add_to_date(now_datetime(), hours=-73)
		frappe.db.set_value("Deal", old.name, "modified", before, update_modified=False)
		deals.lapse_drafts()
		self.assertEqual(frappe.db.get_value("Deal", old.name, "phase"), "Dead")
		self.assertIn("72", frappe.db.get_value("Deal", old.name, "void_reason"))
		self.assertEqual(frappe.db.get_value("Deal", young.name, "phase"), "Draft")

	def test_the_parties_come_with_the_client_and_the_listing(self):
		viewing = factory.make_viewing(self.listing.name, agent=self.agent.name, client=self.client.name)
		with as_user(self.agent.user):
			deal = frappe.get_doc(make_deal_from_viewing(viewing.name, self.listing.name)).insert()
		self.assertEqual((deal.client, deal.deal_price), (self.client.name, self.listing.asking_price))
		self.assertEqual(
			[(row.side, row.client, row.share) for row in deal.parties],
			[("Buyer", self.client.name, 100), ("Seller", self.owner.name, 100)],
		)

	def test_a_lease_lets_the_listing(self):
		landlord = factory.make_client(agent=self.keeper.name, is_landlord=1)
		listing = factory.make_listing(
			"Live",
			listing_type="Lease",
			maintainer=self.keeper.name,
			owners=[{"client": landlord.name, "share": 100}],
		)
		deal = self.sign(listing=listing.name)
		self.assertEqual(frappe.db.get_value("Listing", listing.name, "status"), "Leased")
		act(self.manager, deal, "Complete")
		self.assertEqual(deal.phase, "Closed")


class TestDealRefusals(DealCase):
	def assert_refused(self, deal, change, user: str, *errors):
		"""`change` of the deal fails for `user` and leaves its status and document status alone."""
		before = frappe.db.get_value("Deal", deal.name, ["status", "docstatus"])
		frappe.db.savepoint("refused")
		with (
			as_user(user),
			self.assertRaises(errors or (frappe.ValidationError, frappe.PermissionError)),
		):
			change(frappe.get_doc("Deal", deal.name))
		frappe.db.rollback(save_point="refused")
		self.assertEqual(frappe.db.get_value("Deal", deal.name, ["status", "docstatus"]), before)

	def test_a_jump_over_the_reviews_is_refused_every_way(self):
		deal = self.make_deal()
		frappe.set_user("Administrator")
		board = quick_kanban_board("Deal", frappe.generate_hash(length=8), "status").name
		ways = (
			save_as("Signed"),
			save_as("Finance Review"),
			lambda doc: doc.submit(),
			lambda doc: frappe.call("frappe.client.set_value", "Deal", doc.name, "status", "Signed"),
			lambda doc: frappe.call(
				"frappe.client.save", doc=frappe.as_json({**doc.as_dict(), "status": "Signed"})
			),
			lambda doc: frappe.call("frappe.client.submit", doc=frappe.as_json(doc.as_dict())),
			lambda doc: update_order_for_single_card(board, doc.name, "Draft", "Finance Review", 0, 0),
		)
		for user in (self.agent.user, self.manager, self.accountant):
			for number, way in enumerate(ways):
				with self.subTest(user=user, way=number):
					self.assert_refused(deal, way, user)

	def test_an_import_is_refused_too(self):
		deal = self.make_deal()
		row = {"name": deal.name, "status": "Finance Review"}
		self.assert_refused(
			deal, lambda _doc: import_row("Deal", "Update Existing Records", row), "Administrator"
		)
		new = {"listing": self.listing.name, "client": self.client.name, "agent": self.agent.name}
		new |= {"deal_price": "3500000", "status": "Signed"}
		with self.assertRaises(workflow_guard.WorkflowPermissionError):
			import_row("Deal", "Insert New Records", new)

	def test_a_signed_status_needs_a_submit(self):
		deal = self.review()
		act(self.manager, deal, "Approve")
		self.assert_refused(deal, save_as("Signed"), self.accountant, frappe.ValidationError)

	def test_the_wrong_role_approves_nothing(self):
		deal = self.review()
		for user in (self.agent.user, self.keeper.user, self.accountant):
			self.assert_refused(deal, save_as("Finance Review"), user)
		act(self.manager, deal, "Approve")
		for user in (self.agent.user, self.manager):
			self.assert_refused(deal, lambda doc: doc.submit(), user)

	def test_a_manager_of_another_store_does_not_approve(self):
		other = factory.make_user("Agency Store Manager").name
		factory.make_store(manager=other)
		self.assert_refused(self.review(), save_as("Finance Review"), other)

	def test_a_manager_who_shares_leaves_it_to_the_next_above(self):
		closer = self.make_agent(user=self.manager)
		deal = self.review(co_agents=[{"agent": closer.name}])
		self.assert_refused(deal, save_as("Finance Review"), self.manager, frappe.PermissionError)
		act(self.region_manager, deal, "Approve")
		self.assertEqual(deal.status, "Finance Review")

	def test_nobody_steps_out_of_a_deal_in_the_save_that_approves_it(self):
		closer = self.make_agent(user=self.manager)
		deal = self.review(co_agents=[{"agent": closer.name}])

		def approve_without_me(doc):
			doc.co_agents = []
			save_as("Finance Review")(doc)

		self.assert_refused(deal, approve_without_me, self.manager, frappe.PermissionError)
		row = frappe.db.get_value("Deal Split", {"deal": deal.name, "agent": closer.name})
		with as_user(self.manager), self.assertRaises(frappe.PermissionError):
			frappe.get_doc("Deal Split", row).delete()

	def test_the_creator_does_not_approve(self):
		with as_user(self.manager):
			deal = factory.make_deal(
				listing=self.listing.name, client=self.client.name, agent=self.agent.name
			)
		act(self.agent.user, deal, "Submit for Review")
		self.assert_refused(deal, save_as("Finance Review"), self.manager)
		act(self.region_manager, deal, "Approve")

	def test_with_no_manager_left_an_administrator_decides(self):
		administrator = factory.make_user("Agency Administrator").name
		deal = self.review()
		self.assert_refused(deal, save_as("Finance Review"), administrator, frappe.PermissionError)
		stores = {"name": ("in", [self.store.name, self.store.parent_store])}
		frappe.db.set_value("Store", stores, "manager", None)
		act(administrator, deal, "Approve")
		self.assertEqual(deal.status, "Finance Review")

	def test_an_accountant_who_shares_does_not_sign(self):
		sharer = self.make_agent(user=factory.make_user("Agency Accountant").name)
		deal = self.review(co_agents=[{"agent": sharer.name}])
		act(self.manager, deal, "Approve")
		self.assert_refused(deal, lambda doc: apply_workflow(doc.as_dict(), "Approve and Sign"), sharer.user)
		act(self.accountant, deal, "Approve and Sign")
		self.assertEqual(deal.docstatus, 1)

	def test_signing_needs_fees_consents_and_whole_splits(self):
		deal = self.make_deal()
		factory.make_fee(deal, fee_type="Loan Service", basis="Amount", amount=2000)
		act(self.agent.user, deal, "Submit for Review")
		act(self.manager, deal, "Approve")
		frappe.db.set_value("Deal Party", deal.parties[1].name, "consented", 0)
		row = frappe.get_doc("Deal Split", {"deal": deal.name})
		row.percent -= 1
		row.save()
		frappe.db.set_value("Listing", self.listing.name, "sealed", 1)
		with as_user(self.accountant), self.assertRaises(frappe.ValidationError) as caught:
			apply_workflow(deal.as_dict(), "Approve and Sign")
		for word in ("signed consent", "99", "sealed", self.owner.client_name):
			self.assertIn(word, str(caught.exception))

	def test_the_owners_consent_before_the_deal_goes_to_review(self):
		deal = self.make_deal()
		deal.parties[1].consented = 0
		deal.save()
		self.assert_refused(deal, save_as("Manager Review"), self.agent.user, frappe.ValidationError)
		with as_user(self.agent.user), self.assertRaisesRegex(frappe.ValidationError, self.owner.client_name):
			apply_workflow(deal.reload().as_dict(), "Submit for Review")
		deal.reload()
		del deal.parties[1]
		deal.save()
		with as_user(self.agent.user), self.assertRaisesRegex(frappe.ValidationError, self.owner.client_name):
			apply_workflow(deal.as_dict(), "Submit for Review")

	def test_prices_and_parties(self):
		for wrong in (
			{"deal_price": 0},
			{"parties": [{"side": "Seller", "client": self.owner.name}]},
			{"parties": [{"side": "Buyer", "client": self.client.name, "share": 60}]},
			{
				"parties": [
					{"side": "Buyer", "client": self.client.name},
					{"side": "Seller", "client": self.client.name},
				]
			},
			{"co_agents": [{"agent": self.agent.name}]},
		):
			with self.subTest(wrong), self.assertRaises(frappe.ValidationError):
				self.make_deal(**wrong)

	def test_a_listing_off_the_market_has_no_deal(self):
		listing = frappe.get_doc("Listing", self.listing.name)
		workflow_guard.move(listing, "Dead", prefer="Withdrawn", reason="x")
		self.assertRaises(frappe.ValidationError, self.make_deal)

	def test_the_second_deal_hears_who_has_the_listing(self):
		rival = factory.make_agent(commission_plan=self.plan.name)
		second = factory.make_deal(listing=self.listing.name, agent=rival.name)
		first = self.review()
		with as_user(rival.user), self.assertRaises(frappe.DuplicateEntryError) as caught:
			apply_workflow(second.as_dict(), "Submit for Review")
		self.assertIn(first.name, str(caught.exception))
		self.assertIn(self.agent.agent_name, str(caught.exception))


class TestSignedDeal(DealCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.deal = cls.sign()

	def test_it_is_frozen(self):
		for field in ("deal_price", "client", "agent", "listing"):
			with self.subTest(field):
				doc = frappe.get_doc("Deal", self.deal.name)
				doc.set(field, 1)
				self.assertRaises(frappe.ValidationError, doc.save)
		for field in ("split_base", "received"):
			with self.subTest(field):
				doc = frappe.get_doc("Deal", self.deal.name)
				stored = doc.get(field)
				doc.set(field, 1)
				doc.save()
				self.assertEqual(doc.get(field), stored)

	def test_only_status_phase_and_totals_change(self):
		open_fields = {field.fieldname for field in frappe.get_meta("Deal").fields if field.allow_on_submit}
		totals = {"invoiced", "credited", "received", "realised"}
		self.assertEqual(open_fields, {"status", "phase", "live_listing"} | totals)

	def test_it_is_not_cancelled(self):
		doc = frappe.get_doc("Deal", self.deal.name)
		self.assertRaises(frappe.ValidationError, doc.cancel)
		self.assertRaisesRegex(frappe.ValidationError, "invoiced", deals.check_not_invoiced, doc)

	def test_the_sheet_shows_amounts_of_ones_own_rows_only(self):
		with as_user(self.agent.user):
			sheet = deal_sheet(self.deal.name)
		self.assertEqual((sheet["totals"]["percent"], sheet["totals"]["fees"]), (100, 105000))
		self.assertFalse(any(sheet["may"].values()))
		for row in sheet["splits"]:
			self.assertTrue(row.percent)
			self.assertEqual(row.rate is not None, row.agent == self.agent.name)
		with as_user(self.accountant):
			self.assertTrue(all(row.rate is not None for row in deal_sheet(self.deal.name)["splits"]))
		with as_user(factory.make_agent().user):
			self.assertRaises(frappe.PermissionError, deal_sheet, self.deal.name)


class TestDealRace(AgencyTestCase):
	"""Two connections at once: the rows are committed, so the test takes them away itself."""

	def setUp(self):
		super().setUp()
		self.plan, self.store = factory.make_plan(), factory.make_store()
		self.agents = [
			factory.make_agent(store=self.store.name, commission_plan=self.plan.name) for _ in range(2)
		]
		self.owner = factory.make_client(agent=self.agents[0].name, is_seller=1)
		owners = [{"client": self.owner.name, "share": 100}]
		self.listing = factory.make_listing(
			"Live", maintainer=self.agents[0].name, store=self.store.name, owners=owners
		)
		self.deals = [factory.make_deal(listing=self.listing.name, agent=agent.name) for agent in self.agents]
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		made = [("Deal", deal.name) for deal in self.deals]
		made.append(("Listing", self.listing.name))
		made += [("Client", name) for name in (self.owner.name, *(deal.client for deal in self.deals))]
		made += [("Agent", agent.name) for agent in self.agents]
		made += [("Commission Plan", self.plan.name), ("Store", self.store.name)]
		for doctype, name in made:
			frappe.delete_doc(doctype, name, force=1)
		frappe.db.commit()
		frappe.db.savepoint("agency_test")  # the commits took the one of setUp
		super().tearDown()

	def test_two_at_once_one_wins_and_the_other_hears_who(self):
		"""Both read the listing as free and wait for its row, which the test holds until they do.

		The second may wait for the first: of a small table the database locks more rows than are asked for.
		"""

		def submit(number: int) -> None:
			frappe.set_user(self.agents[number].user)
			apply_workflow(frappe.get_doc("Deal", self.deals[number].name).as_dict(), "Submit for Review")

		frappe.db.get_value("Listing", self.listing.name, "name", for_update=True)
		outcomes = at_once(lambda: submit(0), lambda: submit(1), held_at="FOR UPDATE")

		phases = [frappe.db.get_value("Deal", deal.name, "phase") for deal in self.deals]
		self.assertEqual(sorted(phases), ["Draft", "Held"], outcomes)
		won, lost = phases.index("Held"), phases.index("Draft")
		self.assertIsNone(outcomes[won].error)
		self.assertIsInstance(outcomes[lost].error, frappe.DuplicateEntryError)
		self.assertIn(self.deals[won].name, str(outcomes[lost].error))
		self.assertIn(self.agents[won].agent_name, str(outcomes[lost].error))
		self.assertFalse(frappe.db.exists("Deal Split", {"deal": self.deals[lost].name}))

	def test_the_unique_key_says_who_too(self):
		"""Where two come past the look at the listing, the database refuses the second."""
		frappe.db.set_value("Deal", self.deals[0].name, "live_listing", self.listing.name)
		with self.assertRaises(frappe.DuplicateEntryError) as caught:
			apply_workflow(frappe.get_doc("Deal", self.deals[1].name).as_dict(), "Submit for Review")
		self.assertIn(self.deals[0].name, str(caught.exception))


def save_as(status: str):
	"""A plain save that puts the deal into `status`."""

	def change(deal):
		deal.status = status
		deal.save()

	return change


def told_of(deal) -> set[str]:
	"""Who heard that something of the deal waits for them."""
	about = {"document_type": "Deal", "document_name": deal.name}
	return set(frappe.get_all("Notification Log", about, pluck="for_user"))
