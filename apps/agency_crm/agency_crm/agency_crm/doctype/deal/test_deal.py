"""The deal's life on a real site: who may move it, what it holds, what each step sets off."""

from decimal import Decimal
from threading import Thread

import frappe
from frappe.desk.doctype.kanban_board.kanban_board import update_order_for_single_card
from frappe.model.workflow import apply_workflow
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, add_to_date, now_datetime, today

from agency_crm.services import deals, workflow_guard
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class DealCase(AgencyTestCase):
	"""A store under a region with a manager each, its closing agent, an accountant, a deal with both fees."""

	def setUp(self):
		super().setUp()
		self.region_manager = factory.make_user("Agency Store Manager").name
		self.manager = factory.make_user("Agency Store Manager").name
		self.accountant = factory.make_user("Agency Accountant", "Accounts User").name
		region = factory.make_store(is_group=1, manager=self.region_manager)
		self.store = factory.make_store(parent=region.name, manager=self.manager)
		self.plan = factory.make_plan()
		self.agent = factory.make_agent(store=self.store.name, commission_plan=self.plan.name)
		self.keeper = factory.make_agent(store=self.store.name, commission_plan=self.plan.name)
		self.owner = factory.make_client(agent=self.keeper.name, is_seller=1)
		self.listing = factory.make_listing(
			"Live",
			maintainer=self.keeper.name,
			store=self.store.name,
			owners=[{"client": self.owner.name, "share": 100}],
		)
		self.client = factory.make_client(agent=self.agent.name)

	def make_deal(self, **fields):
		"""A draft made by its agent, with the fees of both sides."""
		with self.as_user(self.agent.user):
			deal = factory.make_deal(
				**{
					"listing": self.listing.name,
					"client": self.client.name,
					"agent": self.agent.name,
					**fields,
				}
			)
			factory.make_fee(deal, "Buyer")
			factory.make_fee(deal, "Seller")
		return deal

	def as_user(self, user: str):
		return self.set_user(user)

	def act(self, user: str, deal, action: str):
		"""What the form's button of the workflow does, as `user`."""
		with self.as_user(user):
			apply_workflow(frappe.get_doc("Deal", deal.name).as_dict(), action)
		deal.reload()

	def sign(self, deal):
		self.act(self.agent.user, deal, "Submit for Review")
		self.act(self.manager, deal, "Approve")
		self.act(self.accountant, deal, "Approve and Sign")

	def listing_phase(self) -> str:
		return frappe.db.get_value("Listing", self.listing.name, "phase")

	def assert_refused(self, deal, change, user: str, *errors):
		"""`change` of the deal fails for `user` and leaves its status and document status alone."""
		before = frappe.db.get_value("Deal", deal.name, ["status", "docstatus"])
		frappe.db.savepoint("refused")
		with (
			self.as_user(user),
			self.assertRaises(errors or (frappe.ValidationError, frappe.PermissionError)),
		):
			change(frappe.get_doc("Deal", deal.name))
		frappe.db.rollback(save_point="refused")
		self.assertEqual(frappe.db.get_value("Deal", deal.name, ["status", "docstatus"]), before)


def save_as(status: str):
	"""A plain save that puts the deal into `status`."""

	def change(deal):
		deal.status = status
		deal.save()

	return change


class TestDealFlow(DealCase):
	def test_from_draft_to_completed(self):
		deal = self.make_deal()
		self.assertEqual((deal.phase, deal.live_listing), ("Draft", None))
		self.assertEqual(
			{(row.side, row.client) for row in deal.parties},
			{("Buyer", self.client.name), ("Seller", self.owner.name)},
		)
		self.act(self.agent.user, deal, "Submit for Review")
		self.assertEqual((deal.phase, deal.live_listing), ("Held", self.listing.name))
		self.assertEqual(deal.submitted_for_review_by, self.agent.user)
		self.assertEqual(self.listing_phase(), "Closing")
		self.act(self.manager, deal, "Approve")
		self.act(self.accountant, deal, "Approve and Sign")
		self.assertEqual((deal.docstatus, deal.phase, str(deal.signed_on)), (1, "Live", today()))
		self.act(self.manager, deal, "Start Transfer")
		self.act(self.manager, deal, "Complete")
		self.assertEqual((deal.phase, deal.live_listing), ("Closed", None))
		listing = frappe.get_doc("Listing", self.listing.name)
		self.assertEqual((listing.phase, listing.status), ("Closed", "Sold"))

	def test_signing_makes_an_invoice_for_each_fee(self):
		deal = self.make_deal()
		self.sign(deal)
		fees = frappe.get_all("Deal Fee", {"deal": deal.name}, ["side", "amount", "sales_invoice"])
		self.assertEqual({(fee.side, fee.amount) for fee in fees}, {("Buyer", 70000), ("Seller", 35000)})
		for fee in fees:
			invoice = frappe.get_doc("Sales Invoice", fee.sales_invoice)
			self.assertEqual((invoice.docstatus, invoice.deal), (1, deal.name))
			self.assertEqual(Decimal(str(invoice.grand_total)), Decimal(str(fee.amount)))

	def test_void_frees_the_listing_and_needs_a_reason(self):
		deal = self.make_deal()
		self.act(self.agent.user, deal, "Submit for Review")
		self.assert_refused(deal, save_as("Void"), self.manager, frappe.MandatoryError)
		with self.as_user(self.manager):
			deal.reload()
			deal.void_reason = "客户贷款未批"
			deal.save()
		self.act(self.manager, deal, "Void")
		self.assertEqual((deal.phase, deal.live_listing, self.listing_phase()), ("Dead", None, "Live"))
		self.assertFalse(frappe.db.exists("Sales Invoice", {"deal": deal.name}))

	def test_refused_by_the_manager_it_is_a_draft_again(self):
		deal = self.make_deal()
		self.act(self.agent.user, deal, "Submit for Review")
		self.act(self.manager, deal, "Refuse")
		self.assertEqual((deal.phase, deal.live_listing, self.listing_phase()), ("Draft", None, "Live"))
		self.act(self.agent.user, deal, "Submit for Review")
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
		self.assertEqual(self.listing_phase(), "Live")


class TestDealRefusals(DealCase):
	def test_a_jump_over_the_reviews_is_refused_every_way(self):
		deal = self.make_deal()
		for user in (self.agent.user, self.manager, self.accountant):
			self.assert_refused(deal, save_as("Signed"), user)
			self.assert_refused(deal, lambda doc: doc.submit(), user)
			self.assert_refused(deal, save_as("Finance Review"), user)
			self.assert_refused(
				deal, lambda doc: frappe.client.set_value("Deal", doc.name, "status", "Signed"), user
			)

	def test_a_signed_status_needs_a_submit(self):
		deal = self.make_deal()
		self.act(self.agent.user, deal, "Submit for Review")
		self.act(self.manager, deal, "Approve")
		self.assert_refused(deal, save_as("Signed"), self.accountant, frappe.ValidationError)

	def test_a_board_drag_is_checked_too(self):
		deal = self.make_deal()
		self.act(self.agent.user, deal, "Submit for Review")
		frappe.get_doc(
			{
				"doctype": "Kanban Board",
				"kanban_board_name": f"Deals {deal.name}",
				"reference_doctype": "Deal",
				"field_name": "status",
				"columns": [{"column_name": "Manager Review"}, {"column_name": "Finance Review"}],
			}
		).insert()
		self.assert_refused(
			deal,
			lambda doc: update_order_for_single_card(
				f"Deals {deal.name}", doc.name, "Manager Review", "Finance Review", 0, 0
			),
			self.agent.user,
		)

	def test_the_wrong_role_approves_nothing(self):
		deal = self.make_deal()
		self.act(self.agent.user, deal, "Submit for Review")
		for user in (self.agent.user, self.keeper.user, self.accountant):
			self.assert_refused(deal, save_as("Finance Review"), user)
		self.act(self.manager, deal, "Approve")
		for user in (self.agent.user, self.manager):
			self.assert_refused(deal, lambda doc: doc.submit(), user)

	def test_a_manager_of_another_store_does_not_approve(self):
		other = factory.make_user("Agency Store Manager").name
		factory.make_store(manager=other)
		deal = self.make_deal()
		self.act(self.agent.user, deal, "Submit for Review")
		self.assert_refused(deal, save_as("Finance Review"), other)

	def test_a_manager_who_shares_leaves_it_to_the_next_above(self):
		closer = factory.make_agent(store=self.store.name, user=self.manager, commission_plan=self.plan.name)
		deal = self.make_deal(co_agents=[{"agent": closer.name}])
		self.act(self.agent.user, deal, "Submit for Review")
		self.assert_refused(deal, save_as("Finance Review"), self.manager, frappe.PermissionError)
		self.act(self.region_manager, deal, "Approve")
		self.assertEqual(deal.status, "Finance Review")

	def test_nobody_steps_out_of_a_deal_in_the_save_that_approves_it(self):
		closer = factory.make_agent(store=self.store.name, user=self.manager, commission_plan=self.plan.name)
		deal = self.make_deal(co_agents=[{"agent": closer.name}])
		self.act(self.agent.user, deal, "Submit for Review")

		def approve_without_me(doc):
			doc.co_agents = []
			save_as("Finance Review")(doc)

		self.assert_refused(deal, approve_without_me, self.manager, frappe.PermissionError)
		row = frappe.db.get_value("Deal Split", {"deal": deal.name, "agent": closer.name})
		with self.as_user(self.manager), self.assertRaises(frappe.PermissionError):
			frappe.get_doc("Deal Split", row).delete()

	def test_the_creator_does_not_approve(self):
		with self.as_user(self.manager):
			deal = factory.make_deal(
				listing=self.listing.name, client=self.client.name, agent=self.agent.name
			)
			factory.make_fee(deal)
		self.act(self.agent.user, deal, "Submit for Review")
		self.assert_refused(deal, save_as("Finance Review"), self.manager)
		self.act(self.region_manager, deal, "Approve")

	def test_with_no_manager_left_an_administrator_decides(self):
		administrator = factory.make_user("Agency Administrator").name
		deal = self.make_deal()
		self.act(self.agent.user, deal, "Submit for Review")
		self.assert_refused(deal, save_as("Finance Review"), administrator, frappe.PermissionError)
		frappe.db.set_value(
			"Store", {"name": ("in", [self.store.name, self.store.parent_store])}, "manager", None
		)
		self.act(administrator, deal, "Approve")
		self.assertEqual(deal.status, "Finance Review")

	def test_an_accountant_who_shares_does_not_sign(self):
		sharer = factory.make_agent(
			"Agency Agent", "Agency Accountant", store=self.store.name, commission_plan=self.plan.name
		)
		deal = self.make_deal(co_agents=[{"agent": sharer.name}])
		self.act(self.agent.user, deal, "Submit for Review")
		self.act(self.manager, deal, "Approve")
		self.assert_refused(deal, lambda doc: apply_workflow(doc.as_dict(), "Approve and Sign"), sharer.user)
		self.act(self.accountant, deal, "Approve and Sign")
		self.assertEqual(deal.docstatus, 1)

	def test_signing_needs_fees_consents_and_whole_splits(self):
		deal = self.make_deal()
		factory.make_fee(deal, fee_type="Loan Service", basis="Amount", amount=2000)
		self.act(self.agent.user, deal, "Submit for Review")
		self.act(self.manager, deal, "Approve")
		row = frappe.get_doc("Deal Split", {"deal": deal.name})
		row.percent -= 1
		row.save(ignore_permissions=True)
		with self.as_user(self.accountant), self.assertRaises(frappe.ValidationError) as caught:
			apply_workflow(deal.as_dict(), "Approve and Sign")
		self.assertIn("consent", str(caught.exception))
		self.assertIn("99", str(caught.exception))

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
				factory.make_deal(
					listing=self.listing.name, client=self.client.name, agent=self.agent.name, **wrong
				)

	def test_a_listing_off_the_market_has_no_deal(self):
		workflow_guard.move(
			frappe.get_doc("Listing", self.listing.name), "Dead", prefer="Withdrawn", reason="x"
		)
		with self.assertRaises(frappe.ValidationError):
			factory.make_deal(listing=self.listing.name, client=self.client.name, agent=self.agent.name)

	def test_the_second_deal_hears_who_has_the_listing(self):
		first = self.make_deal()
		rival = factory.make_agent(commission_plan=self.plan.name)
		second = factory.make_deal(listing=self.listing.name, agent=rival.name)
		self.act(self.agent.user, first, "Submit for Review")
		with self.as_user(rival.user), self.assertRaises(frappe.DuplicateEntryError) as caught:
			apply_workflow(second.as_dict(), "Submit for Review")
		self.assertIn(first.name, str(caught.exception))
		self.assertIn(self.agent.agent_name, str(caught.exception))

	def test_a_signed_deal_and_its_rows_are_frozen(self):
		deal = self.make_deal()
		self.sign(deal)
		for field in ("deal_price", "client", "agent", "listing"):
			with self.subTest(field):
				frappe.db.savepoint("frozen")
				doc = frappe.get_doc("Deal", deal.name)
				doc.set(field, 1)
				self.assertRaises(frappe.ValidationError, doc.save)
				frappe.db.rollback(save_point="frozen")
		for doctype, field in (("Deal Fee", "rate"), ("Deal Split", "percent")):
			row = frappe.get_doc(doctype, {"deal": deal.name})
			row.set(field, 1)
			self.assertRaises(frappe.ValidationError, row.save)
			self.assertRaises(frappe.ValidationError, row.delete)

	def test_only_status_phase_and_totals_change_after_signing(self):
		open_fields = {field.fieldname for field in frappe.get_meta("Deal").fields if field.allow_on_submit}
		totals = {"invoiced", "credited", "received", "realised", "accrued", "paid"}
		self.assertEqual(open_fields, {"status", "phase", "live_listing"} | totals)

	def test_an_invoiced_deal_is_not_cancelled(self):
		deal = self.make_deal()
		self.sign(deal)
		self.assert_refused(deal, lambda doc: doc.cancel(), "Administrator", frappe.ValidationError)


class TestDealRace(FrappeTestCase):
	"""Two connections at once: the rows are committed, so the test takes them away itself."""

	def setUp(self):
		frappe.set_user("Administrator")
		self.plan = factory.make_plan()
		self.store = factory.make_store()
		self.agents = [
			factory.make_agent(store=self.store.name, commission_plan=self.plan.name) for _ in range(2)
		]
		self.listing = factory.make_listing("Live", maintainer=self.agents[0].name, store=self.store.name)
		self.deals = [factory.make_deal(listing=self.listing.name, agent=agent.name) for agent in self.agents]
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		clients = [deal.client for deal in self.deals]
		for deal in self.deals:
			frappe.delete_doc("Deal", deal.name, force=1)
		frappe.delete_doc("Listing", self.listing.name, force=1)
		for client in clients:
			frappe.delete_doc("Client", client, force=1)
		for agent in self.agents:
			frappe.delete_doc("Agent", agent.name, force=1)
			frappe.delete_doc("User", agent.user, force=1)
		frappe.delete_doc("Commission Plan", self.plan.name, force=1)
		frappe.delete_doc("Store", self.store.name, force=1)
		frappe.db.commit()

	def test_two_at_once_one_wins_and_the_other_hears_who(self):
		"""The second reads the listing as free, waits for the first, and is refused when that commits."""
		site, outcome = frappe.local.site, {}
		frappe.set_user(self.agents[0].user)
		apply_workflow(frappe.get_doc("Deal", self.deals[0].name).as_dict(), "Submit for Review")

		def second():
			frappe.init(site=site)
			frappe.connect()
			try:
				outcome["connection"] = frappe.db.sql("select connection_id()")[0][0]
				frappe.set_user(self.agents[1].user)
				apply_workflow(frappe.get_doc("Deal", self.deals[1].name).as_dict(), "Submit for Review")
			except Exception as error:
				outcome["error"] = error
			finally:
				frappe.db.rollback()
				frappe.destroy()

		thread = Thread(target=second)
		thread.start()
		while thread.is_alive() and not self.waits(outcome.get("connection")):
			thread.join(0.05)
		frappe.db.commit()
		thread.join()
		frappe.set_user("Administrator")
		self.assertIsInstance(outcome.get("error"), frappe.DuplicateEntryError)
		self.assertIn(self.deals[0].name, str(outcome["error"]))
		self.assertIn(self.agents[0].agent_name, str(outcome["error"]))
		phases = [frappe.db.get_value("Deal", deal.name, "phase") for deal in self.deals]
		self.assertEqual(phases, ["Held", "Draft"])
		self.assertFalse(frappe.db.exists("Deal Split", {"deal": self.deals[1].name}))

	@staticmethod
	def waits(connection: int | None) -> bool:
		"""Whether that connection waits for a lock."""
		query = "select 1 from information_schema.innodb_trx where trx_state = 'LOCK WAIT' and trx_mysql_thread_id = %s"
		return bool(connection and frappe.db.sql(query, connection))


class TestSplits(DealCase):
	def proposed(self, deal) -> list[tuple]:
		return frappe.get_all(
			"Deal Split", {"deal": deal.name}, ["role", "agent", "percent"], order_by="sequence", as_list=True
		)

	def test_roles_go_to_who_held_them_and_else_to_the_fallback(self):
		surveyor, late = (factory.make_agent(store=self.store.name) for _ in range(2))
		listing = frappe.get_doc("Listing", self.listing.name)
		for role, agent, hours in (("Survey", surveyor, 25), ("Key", late, 2)):
			at = add_to_date(now_datetime(), hours=-hours)
			listing.append("roles", {"role": role, "agent": agent.name, "gained_at": at, "approved_at": at})
		listing.save()
		viewer = factory.make_agent(store=self.store.name)
		viewing = factory.make_viewing(
			self.listing.name,
			phase="Closed",
			agent=viewer.name,
			client=self.client.name,
			scheduled_start=add_days(now_datetime(), -3),
			client_confirmed_on=add_days(today(), -3),
		)
		template = frappe.get_doc("Split Template", "Standard Sale")
		deal = self.make_deal(split_template=template.name)
		self.act(self.agent.user, deal, "Submit for Review")
		rows = {role: (agent, percent) for role, agent, percent in self.proposed(deal)}
		self.assertEqual(viewing.phase, "Closed")
		self.assertEqual(rows["Survey"], (surveyor.name, 5))
		self.assertEqual(rows["Key"], (self.keeper.name, 5))
		self.assertEqual(rows["Maintainer"], (self.keeper.name, 15))
		self.assertEqual(rows["First Viewing"], (viewer.name, 15))
		self.assertEqual(rows["Closing"], (self.agent.name, 30))
		self.assertEqual(rows["Finance"], (self.agent.name, 5))
		self.assertEqual(rows["Referral"], (self.agent.name, 10))

	def test_co_agents_share_equally(self):
		two = [factory.make_agent(store=self.store.name).name for _ in range(2)]
		template = factory.make_split_template(("Closing", 100, None))
		deal = self.make_deal(split_template=template.name, co_agents=[{"agent": agent} for agent in two])
		self.act(self.agent.user, deal, "Submit for Review")
		percents = [row[2] for row in self.proposed(deal)]
		self.assertEqual(percents, [33.333334, 33.333333, 33.333333])

	def test_over_the_whole_is_refused(self):
		deal = self.make_deal()
		self.act(self.agent.user, deal, "Submit for Review")
		row = {"doctype": "Deal Split", "deal": deal.name, "role": "Closing", "agent": self.agent.name}
		with self.as_user(self.manager):
			self.assertRaises(frappe.ValidationError, frappe.get_doc({**row, "percent": 0.5}).insert)
			frappe.get_doc({**row, "role": "Manager Override", "percent": 2}).insert()
		self.assertEqual(
			frappe.db.get_value("Deal Split", {"deal": deal.name, "kind": "Override"}, "percent"), 2
		)

	def test_a_row_is_confirmed_by_its_agent_or_with_a_reason_by_a_manager(self):
		from agency_crm.api.deals import confirm_split

		deal = self.make_deal()
		self.act(self.agent.user, deal, "Submit for Review")
		own = frappe.db.get_value("Deal Split", {"deal": deal.name, "agent": self.agent.name})
		other = frappe.db.get_value("Deal Split", {"deal": deal.name, "agent": self.keeper.name})
		with self.as_user(self.agent.user):
			confirm_split(own)
			self.assertRaises(frappe.PermissionError, confirm_split, other)
		with self.as_user(self.manager):
			self.assertRaises(frappe.MandatoryError, confirm_split, other)
			confirm_split(other, "电话确认")
		for name in (own, other):
			self.assertTrue(frappe.db.get_value("Deal Split", name, "confirmed_on"))

	def test_the_sheet_shows_amounts_of_ones_own_rows_only(self):
		from agency_crm.api.deals import deal_sheet

		deal = self.make_deal()
		self.sign(deal)
		with self.as_user(self.agent.user):
			sheet = deal_sheet(deal.name)
		self.assertEqual(sheet["totals"]["percent"], 100)
		for row in sheet["splits"]:
			self.assertTrue(row.percent)
			self.assertEqual(row.rate is not None, row.agent == self.agent.name)
		with self.as_user(self.accountant):
			self.assertTrue(all(row.rate is not None for row in deal_sheet(deal.name)["splits"]))
		with self.as_user(factory.make_agent().user):
			self.assertRaises(frappe.PermissionError, deal_sheet, deal.name)

	def test_a_template_is_whole(self):
		for rows in (
			(("Closing", 90, None),),
			(("Closing", 50, None), ("Closing", 50, None)),
			(("Entry", 50, "Closing"), ("Closing", 50, "Entry")),
			(("Closing", 100, "Key"),),
		):
			with self.subTest(rows), self.assertRaises(frappe.ValidationError):
				factory.make_split_template(*rows)


class TestFees(DealCase):
	def test_amounts_follow_the_price(self):
		deal = self.make_deal()
		deal.deal_price = 4000000
		deal.save()
		amounts = frappe.get_all("Deal Fee", {"deal": deal.name}, pluck="amount", order_by="creation")
		self.assertEqual(amounts, [80000, 40000])

	def test_a_discount_is_taken_off_once_and_approved_by_the_manager(self):
		deal = self.make_deal()
		fee = factory.make_fee(deal, fee_type="Other Service", basis="Amount", amount=1000, discount=100)
		fee.client_consent = 1
		fee.save()
		self.assertEqual((fee.amount, fee.discount_approved_by), (900, None))
		self.act(self.agent.user, deal, "Submit for Review")
		self.act(self.manager, deal, "Approve")
		self.assertEqual(frappe.db.get_value("Deal Fee", fee.name, "discount_approved_by"), self.manager)

	def test_the_payer_is_a_party(self):
		deal = self.make_deal()
		stranger = factory.make_client()
		with self.assertRaises(frappe.ValidationError):
			factory.make_fee(deal, payer=stranger.name)

	def test_a_lease_is_billed_in_months(self):
		landlord = factory.make_client(agent=self.keeper.name, is_landlord=1)
		listing = factory.make_listing(
			"Live",
			listing_type="Lease",
			maintainer=self.keeper.name,
			owners=[{"client": landlord.name, "share": 100}],
		)
		deal = factory.make_deal(listing=listing.name, agent=self.agent.name)
		self.assertEqual(factory.make_fee(deal).amount, 2750)
		self.assertRaises(frappe.ValidationError, factory.make_fee, deal, rate=0)
