"""The managers' overview: what it counts, every filter, and that a manager sees their stores alone."""

import frappe
from frappe.desk.query_report import run
from frappe.utils import add_days, today

from agency_crm.agency_crm.report.listing_overview.listing_overview import execute
from agency_crm.api.desk import cards as workspace
from agency_crm.permissions.reader import reader
from agency_crm.services.listings import overview
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

REPORT = "Listing Overview"


class TestListingOverview(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.store = factory.make_store(manager=cls.manager).name
		cls.agent = factory.make_agent(store=cls.store)
		cls.other = factory.make_agent()
		cls.estate = factory.make_estate()
		with as_user(cls.agent.user):
			cls.fresh = cls.make("501", listed_on=today(), verification_status="Verified")
			cls.stale = cls.make("502", listed_on=add_days(today(), -40), verification_status="Verified")
			cls.lease = cls.make("503", listing_type="Lease", listed_on=add_days(today(), -5))
			failed = factory.make_listing(estate=cls.estate.name, room_no="504")
			failed.db_set("verification_status", "Failed")
			factory.make_listing(phase="Dead", estate=cls.estate.name, room_no="505")
		with as_user(cls.other.user):
			factory.make_listing("Live")

	@classmethod
	def make(cls, room, listing_type="Sale", **facts):
		listing = factory.make_listing(
			"Live", estate=cls.estate.name, room_no=room, listing_type=listing_type
		)
		listing.db_set({"verification_status": "Unverified", "last_follow_up_on": None, **facts})
		return listing

	def row(self, user="Administrator", **filters):
		with as_user(user):
			rows = execute({"from_date": add_days(today(), -7), **filters})[1]
		return next((row for row in rows if row.store == self.store), None)

	def test_it_counts_by_store(self):
		row = self.row()
		self.assertEqual(
			(row.live, row.new, row.verified, row.stale, row.failed, row.days), (3, 2, 2, 1, 1, 15.0)
		)
		self.stale.db_set("last_follow_up_on", today())
		self.assertEqual(self.row().stale, 0)

	def test_every_filter(self):
		self.assertEqual(self.row(store=self.store).live, 3)
		self.assertIsNone(self.row(store=self.other.store))
		self.assertEqual(self.row(listing_type="Lease").live, 1)
		self.assertEqual(self.row(territory=self.estate.territory).live, 3)
		self.assertIsNone(self.row(territory=factory.make_territory().name))
		self.assertEqual(self.row(from_date=today()).new, 1)
		self.assertEqual(self.row(to_date=add_days(today(), -1)).new, 1)
		self.assertEqual(self.row(from_date=None).new, 3)

	def test_a_group_takes_in_its_stores(self):
		region = factory.make_store(is_group=1)
		below = factory.make_agent(store=factory.make_store(parent=region.name).name)
		with as_user(below.user):
			factory.make_listing("Live")
		rows = execute({"store": region.name})[1]
		self.assertEqual([(row.store, row.live) for row in rows], [(below.store, 1)])

	def test_a_manager_sees_their_stores_alone(self):
		with as_user(self.manager):
			# now: a slow machine makes it a prepared report
			report = run(REPORT, filters={"from_date": add_days(today(), -7)}, ignore_prepared_report=True)
		self.assertEqual([row["store"] for row in report["result"]], [self.store])
		summary = {item["label"]: item["value"] for item in report["report_summary"]}
		self.assertEqual((summary["On the Market"], summary["Average Days on the Market"]), (3, 15.0))
		with as_user(self.manager):
			self.assertEqual(execute({"store": self.other.store})[1], [])

	def test_an_agent_has_no_report(self):
		with as_user(self.agent.user):
			self.assertRaises(frappe.PermissionError, run, REPORT, filters={})
			self.assertRaises(frappe.PermissionError, execute, {})
			self.assertRaises(frappe.PermissionError, workspace.stale_listings)

	def test_the_cards_count_the_same(self):
		with as_user(self.manager):
			cards = {
				name: getattr(workspace, name)()["value"]
				for name in ("new_listings", "verified_listings", "stale_listings", "failed_listings")
			}
			self.assertEqual(workspace.days_on_the_market()["value"], 15.0)
			chart = workspace.listings_by_store()
		self.assertEqual(list(cards.values()), [2, 2, 1, 1])
		self.assertEqual(chart["labels"], [self.store])
		self.assertEqual([line["values"] for line in chart["datasets"]], [[3], [1]])

	def test_one_query_however_many_stores(self):
		reader()  # who looks is looked up once a request
		with self.assertQueryCount(1), as_user("Administrator"):
			overview.by_store(frappe._dict())

	def test_a_store_without_a_listing_on_the_market_has_no_average(self):
		with as_user(factory.make_agent(store=factory.make_store().name).user):
			draft = factory.make_listing()
		row = next(row for row in execute({})[1] if row.store == draft.store)
		self.assertEqual((row.live, row.days), (0, None))
