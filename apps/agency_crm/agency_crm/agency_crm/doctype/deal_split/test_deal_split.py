"""Who gets which part of a deal, how it comes to be, and who says yes to it."""

import frappe
from frappe.utils import add_days, add_to_date, now_datetime, today

from agency_crm.api.deals.sheet import confirm_split, propose_splits
from agency_crm.services.commission import splits
from agency_crm.tests import factory
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.users import act, as_user


class TestProposal(DealCase):
	def proposed(self, deal) -> list[tuple]:
		return frappe.get_all(
			"Deal Split", {"deal": deal.name}, ["role", "agent", "percent"], order_by="sequence", as_list=True
		)

	def test_roles_go_to_who_held_them_and_else_to_the_fallback(self):
		surveyor, late, viewer = (self.make_agent() for _ in range(3))
		listing = frappe.get_doc("Listing", self.listing.name)
		for role, agent, hours in (("Survey", surveyor, 25), ("Key", late, 2)):
			at = add_to_date(now_datetime(), hours=-hours)
			listing.append("roles", {"role": role, "agent": agent.name, "gained_at": at, "approved_at": at})
		listing.save()
		factory.make_viewing(
			self.listing.name,
			phase="Closed",
			agent=viewer.name,
			client=self.client.name,
			scheduled_start=add_days(now_datetime(), -3),
			client_confirmed_on=add_days(today(), -3),
		)
		rows = {role: (agent, percent) for role, agent, percent in self.proposed(self.review())}
		self.assertEqual(rows["Survey"], (surveyor.name, 5))
		self.assertEqual(rows["Key"], (self.keeper.name, 5))
		self.assertEqual(rows["Maintainer"], (self.keeper.name, 15))
		self.assertEqual(rows["First Viewing"], (viewer.name, 15))
		self.assertEqual(rows["Closing"], (self.agent.name, 30))
		self.assertEqual(rows["Finance"], (self.agent.name, 5))
		self.assertEqual(rows["Referral"], (self.agent.name, 10))

	def test_a_viewing_entered_later_is_not_the_first(self):
		"""Both days are typed: by an earlier one whoever sees the client would take the share."""
		first, later = (self.make_agent() for _ in range(2))
		for agent, days in ((first, 3), (later, 10)):
			held = add_days(now_datetime(), -days)
			known = {"client": self.client.name, "scheduled_start": held, "client_confirmed_on": held}
			viewing = factory.make_viewing(self.listing.name, phase="Closed", agent=agent.name, **known)
			if agent is first:
				viewing.db_set("creation", held)
		rows = {role: agent for role, agent, _percent in self.proposed(self.review())}
		self.assertEqual(rows["First Viewing"], first.name)

	def test_co_agents_share_equally(self):
		two = [self.make_agent().name for _ in range(2)]
		template = factory.make_split_template(("Closing", 100, None))
		deal = self.review(split_template=template.name, co_agents=[{"agent": agent} for agent in two])
		percents = [row[2] for row in self.proposed(deal)]
		self.assertEqual(percents, [33.333334, 33.333333, 33.333333])

	def test_a_manager_may_have_it_proposed_again_until_it_is_signed(self):
		deal = self.review()
		before = self.proposed(deal)
		row = frappe.get_doc("Deal Split", {"deal": deal.name, "role": "Closing"})
		with as_user(self.manager):
			row.percent = 1
			row.save()
			propose_splits(deal.name)
		self.assertEqual(self.proposed(deal), before)
		with as_user(self.agent.user):
			self.assertRaises(frappe.PermissionError, propose_splits, deal.name)
		act(self.manager, deal, "Approve")
		act(self.accountant, deal, "Approve and Sign")
		with as_user(self.manager):
			self.assertRaisesRegex(frappe.ValidationError, "frozen", propose_splits, deal.name)


class TestDealSplit(DealCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.deal = cls.review()

	def row_of(self, agent):
		return frappe.get_doc("Deal Split", {"deal": self.deal.name, "agent": agent.name})

	def test_over_the_whole_is_refused_but_not_a_managers_override(self):
		row = {"doctype": "Deal Split", "deal": self.deal.name, "role": "Closing", "agent": self.agent.name}
		with as_user(self.manager):
			self.assertRaises(frappe.ValidationError, frappe.get_doc({**row, "percent": 0.5}).insert)
			override = frappe.get_doc({**row, "role": "Manager Override", "percent": 2, "rate": 3}).insert()
		self.assertEqual((override.kind, override.store, override.rate), ("Override", self.store.name, 3))
		act(self.manager, self.deal, "Approve")
		act(self.accountant, self.deal, "Approve and Sign")
		self.assertEqual(self.deal.docstatus, 1)

	def test_percents_and_payees(self):
		row = self.row_of(self.agent)
		for wrong in ({"percent": -1}, {"rate": 101}, {"agent": None}, {"payee_type": "Supplier"}):
			with self.subTest(wrong):
				row.reload()
				row.update(wrong)
				self.assertRaises(frappe.ValidationError, row.save)

	def test_who_shares_does_not_change_it(self):
		row = self.row_of(self.keeper)
		row.percent -= 1
		with as_user(self.agent.user):
			self.assertRaises(frappe.PermissionError, row.save)
		with as_user(self.manager):
			row.save()

	def test_it_is_confirmed_by_its_agent_or_with_a_reason_by_a_manager(self):
		own, other = self.row_of(self.agent).name, self.row_of(self.keeper).name
		with as_user(self.agent.user):
			confirm_split(own)
			self.assertRaises(frappe.PermissionError, confirm_split, other)
		with as_user(self.manager):
			self.assertRaises(frappe.MandatoryError, confirm_split, other)
			confirm_split(other, "电话确认")
		for name in (own, other):
			self.assertTrue(frappe.db.get_value("Deal Split", name, "confirmed_on"))

	def test_a_change_is_to_be_confirmed_anew(self):
		row = self.row_of(self.agent)
		with as_user(self.agent.user):
			confirm_split(row.name)
		row.reload()
		row.percent -= 1
		row.save()
		self.assertIsNone(row.confirmed_on)

	def test_silence_confirms_after_three_days(self):
		row = self.row_of(self.agent)
		frappe.db.set_single_value("Agency Settings", "split_confirm_days", 3)
		old = add_to_date(now_datetime(), days=-4)
		frappe.db.set_value("Deal Split", row.name, "creation", old)
		splits.confirm_silent()
		self.assertIsNone(frappe.db.get_value("Deal Split", row.name, "confirmed_on"))
		act(self.manager, self.deal, "Approve")
		act(self.accountant, self.deal, "Approve and Sign")
		frappe.db.set_value("Deal", self.deal.name, "signed_on", add_days(today(), -3))
		splits.confirm_silent()
		self.assertIsNotNone(frappe.db.get_value("Deal Split", row.name, "confirmed_on"))
		self.assertIsNone(self.row_of(self.keeper).confirmed_on)

	def test_after_signing_it_is_frozen(self):
		act(self.manager, self.deal, "Approve")
		act(self.accountant, self.deal, "Approve and Sign")
		row = self.row_of(self.agent)
		row.percent = 1
		self.assertRaisesRegex(frappe.ValidationError, "frozen", row.save)
		self.assertRaisesRegex(frappe.ValidationError, "frozen", row.delete)

	def insert_row(self, **fields):
		with as_user(self.manager):
			return frappe.get_doc({"doctype": "Deal Split", "deal": self.deal.name, **fields}).insert()

	def make_supplier(self) -> str:
		group = frappe.db.get_value("Supplier Group", {"is_group": 0})
		fields = {"supplier_name": frappe.generate_hash(length=8), "supplier_group": group}
		return frappe.get_doc({"doctype": "Supplier", **fields}).insert().name

	def test_an_override_needs_a_store(self):
		"""Of an outside agency nobody else says whose performance it is on."""
		row = {"role": "Manager Override", "payee_type": "Supplier", "supplier": self.make_supplier()}
		with self.assertRaisesRegex(frappe.MandatoryError, "Store"):
			self.insert_row(**row, rate=3, percent=0)
		self.insert_row(**row, rate=3, percent=0, store=self.store.name)

	def test_a_rate_of_zero_stays(self):
		row = {"role": "Manager Override", "agent": self.agent.name, "percent": 0}
		typed = self.insert_row(**row, rate=0).reload()
		self.assertEqual((typed.rate, typed.no_commission), (0, 1))
		self.assertEqual(self.insert_row(**row).rate, 40)
		own = self.row_of(self.keeper)
		for rate, no_commission in ((0, 1), (30, 0)):
			with as_user(self.manager):
				own.rate = rate
				own.save()
			self.assertEqual((own.reload().rate, own.no_commission), (rate, no_commission))
		with as_user(self.manager):
			own.no_commission = 1
			own.save()
		self.assertEqual(own.reload().rate, 0)
		self.assertEqual(splits.problems(self.deal.name), [])

	def test_without_a_rate_it_is_not_signed(self):
		supplier = self.make_supplier()
		row = {"role": "Manager Override", "store": self.store.name, "percent": 0}
		row = self.insert_row(**row, payee_type="Supplier", supplier=supplier)
		act(self.manager, self.deal, "Approve")
		with self.assertRaisesRegex(frappe.ValidationError, supplier):
			act(self.accountant, self.deal, "Approve and Sign")
		with as_user(self.accountant):
			row.reload()
			row.no_commission = 1
			row.save()
		act(self.accountant, self.deal, "Approve and Sign")
		self.assertEqual(self.deal.docstatus, 1)
