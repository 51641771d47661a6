"""The report of referrals: what it counts, both dates, and who sees which rows and names."""

import frappe
from frappe.desk.query_report import run
from frappe.utils import add_days, today

from agency_crm.agency_crm.report.client_referrals.client_referrals import execute
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

REPORT = "Client Referrals"
HIDDEN = "a client of somebody else's"


class TestClientReferrals(AgencyTestCase):
	"""`first` brought second, who signed, third, who is lost, and one elsewhere; their agent a friend there."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.manager, cls.other_manager = (factory.make_user("Agency Store Manager").name for _ in range(2))
		store = factory.make_store(manager=cls.manager).name
		cls.agent = factory.make_agent(store=store)
		cls.far = factory.make_agent(store=factory.make_store(manager=cls.other_manager).name)
		cls.first = factory.make_client(agent=cls.agent.name)
		brought = {"agent": cls.agent.name, "referred_by_client": cls.first.name}
		cls.second, cls.third = (factory.make_client(**brought) for _ in range(2))
		cls.third.db_set("stage", "Lost")
		cls.elsewhere = factory.make_client(agent=cls.far.name, referred_by_client=cls.first.name)
		cls.friend = factory.make_client(agent=cls.far.name, referred_by=cls.agent.name)
		deal = factory.make_deal(agent=cls.agent.name, client=cls.second.name)
		deal.db_set("phase", "Live")
		factory.make_deal(agent=cls.agent.name, client=cls.second.name, listing=deal.listing)  # a draft

	def rows(self, user: str, **filters) -> dict:
		"""(kind, referrer) -> row of the report, of those this class is about."""
		with as_user(user):
			rows = execute(filters)[1]
		about = (self.first.client_name, self.agent.agent_name, HIDDEN)
		return {(row["kind"], row["referrer"]): row for row in rows if row["referrer"] in about}

	def counts(self, row: dict) -> tuple:
		return row["clients"], row["lost"], row["deals"]

	def test_a_manager_sees_whom_their_clients_brought(self):
		rows = self.rows(self.manager)
		self.assertEqual(list(rows), [("Client", self.first.client_name)])
		row = rows["Client", self.first.client_name]
		self.assertEqual(self.counts(row), (2, 1, 1))
		self.assertEqual(row["names"], f"{self.second.client_name}、{self.third.client_name}")

	def test_who_sees_the_brought_alone_learns_no_referrer(self):
		rows = self.rows(self.other_manager)
		self.assertEqual(set(rows), {("Client", HIDDEN), ("Agent", self.agent.agent_name)})
		self.assertEqual(self.counts(rows["Client", HIDDEN]), (1, 0, 0))
		self.assertEqual(rows["Client", HIDDEN]["names"], self.elsewhere.client_name)
		self.assertNotIn(self.first.name, str(rows))
		self.assertEqual(rows["Agent", self.agent.agent_name]["names"], self.friend.client_name)

	def test_the_administrator_sees_all(self):
		rows = self.rows(factory.make_user("Agency Administrator").name)
		self.assertEqual(self.counts(rows["Client", self.first.client_name]), (3, 1, 1))
		self.assertEqual(self.counts(rows["Agent", self.agent.agent_name]), (1, 0, 0))

	def test_the_dates_bound_when_a_client_came(self):
		self.second.db_set("creation", add_days(today(), -10), update_modified=False)
		referrer = "Client", self.first.client_name
		for filters, expected in (
			({"from_date": today()}, (1, 1, 0)),
			({"to_date": add_days(today(), -1)}, (1, 0, 1)),
			({"to_date": today()}, (2, 1, 1)),
			({"from_date": add_days(today(), -10), "to_date": add_days(today(), -10)}, (1, 0, 1)),
		):
			with self.subTest(**filters):
				self.assertEqual(self.counts(self.rows(self.manager, **filters)[referrer]), expected)
		self.assertEqual(self.rows(self.manager, from_date=add_days(today(), 1)), {})

	def test_an_agent_has_no_report(self):
		with as_user(self.agent.user):
			self.assertRaises(frappe.PermissionError, run, REPORT, filters={})
			self.assertRaises(frappe.PermissionError, execute, {})
