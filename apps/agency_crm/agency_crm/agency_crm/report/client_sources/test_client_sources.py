"""The report of sources: what it counts, what its rates are of, every filter, and who sees which rows."""

import frappe
from frappe.desk.query_report import run
from frappe.utils import add_days, today

from agency_crm.agency_crm.report.client_sources.client_sources import execute
from agency_crm.framework.system_fields import writing
from agency_crm.services.clients import sources
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

REPORT = "Client Sources"
CAMPAIGN = "秋季活动"


class TestClientSources(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.region = factory.make_store(is_group=1).name
		cls.store = factory.make_store(parent=cls.region, manager=cls.manager).name
		cls.agent, cls.colleague = (factory.make_agent(store=cls.store) for _ in range(2))
		cls.far = factory.make_agent()
		cls.clients = [cls.client(cls.agent), cls.client(cls.agent), cls.client(cls.colleague)]
		cls.client(cls.far)
		cls.client(cls.agent, source_channel="Walk-in", source_detail="路过")
		for client in cls.clients[:2]:
			factory.make_requirement(client)
			factory.make_requirement(client)
		with as_user(cls.agent.user):
			viewing = factory.make_viewing(client=cls.clients[0])
			viewing.db_set("phase", "Closed")
			deal = factory.make_deal(client=cls.clients[0], agent=cls.agent.name)
			deal.db_set({"phase": "Live", "docstatus": 1})
			factory.make_deal(client=cls.clients[1], agent=cls.agent.name)
		for status, client in (("Converted", cls.clients[0]), ("New", None), ("New", None), ("Spam", None)):
			cls.enquiry(status, cls.store, client)
		cls.enquiry("Converted", cls.far.store, None)

	@classmethod
	def client(cls, agent, **fields) -> str:
		source = {"source_channel": "Client Page", "source_detail": CAMPAIGN}
		return factory.make_client(agent=agent.name, **{**source, **fields}).name

	@staticmethod
	def enquiry(status: str, store: str, client: str | None):
		enquiry = frappe.new_doc(
			"Client Enquiry", enquirer_name="王女士", source_detail=CAMPAIGN, budget_max=1
		)
		enquiry.update({"status": status, "store": store, "client": client})
		with writing(enquiry):
			enquiry.insert()

	def row(self, user="Administrator", detail=CAMPAIGN, **filters):
		with as_user(user):
			rows = execute({"from_date": today(), "to_date": today(), **filters})[1]
		return next((row for row in rows if row.detail == detail), None)

	def test_it_counts_what_became_of_whom(self):
		row = self.row(store=self.store)
		self.assertEqual([row[name] for name in sources.COUNTED], [3, 1, 3, 2, 1, 1])
		self.assertEqual([row[name] for name in sources.RATES], [33.3, 66.7, 33.3, 33.3])

	def test_a_rate_without_a_denominator_is_none(self):
		row = self.row(store=self.store, detail="路过")
		self.assertEqual((row.source, row.enquiries, row.clients), ("Walk-in", 0, 1))
		self.assertEqual((row.converted_rate, row.requirement_rate), (None, 0))

	def test_every_filter(self):
		self.assertEqual(self.row(store=self.region).clients, 3)
		self.assertEqual((self.row().clients, self.row().enquiries), (4, 4))
		mine = self.row(agent=self.agent.name)
		self.assertEqual((mine.enquiries, mine.converted, mine.clients), (1, 1, 2))
		theirs = self.row(agent=self.colleague.name)
		self.assertEqual((theirs.enquiries, theirs.clients, theirs.closed), (0, 1, 0))
		self.assertIsNone(self.row(agent=self.agent.name, store=self.far.store))
		tomorrow, yesterday = add_days(today(), 1), add_days(today(), -1)
		self.assertIsNone(self.row(from_date=tomorrow, to_date=tomorrow))
		self.assertIsNone(self.row(from_date=yesterday, to_date=yesterday))
		self.assertEqual(self.row(from_date=yesterday, to_date=tomorrow).clients, 4)

	def test_the_period_is_needed(self):
		for filters in ({}, {"from_date": today()}, {"to_date": today()}):
			self.assertRaises(frappe.MandatoryError, execute, filters)
		backwards = {"from_date": today(), "to_date": add_days(today(), -1)}
		self.assertRaises(frappe.ValidationError, execute, backwards)

	def test_a_manager_sees_their_rows_alone(self):
		filters = {"from_date": today(), "to_date": today()}
		with as_user(self.manager):
			# now: a slow machine makes it a prepared report
			report = run(REPORT, filters=filters, ignore_prepared_report=True)
		row = next(row for row in report["result"] if row["detail"] == CAMPAIGN)
		self.assertEqual((row["enquiries"], row["clients"]), (3, 3))
		self.assertIsNone(self.row(self.manager, store=self.far.store))
		chart = report["chart"]["data"]
		at = chart["labels"].index(row["source"])
		self.assertEqual([line["values"][at] for line in chart["datasets"]], [3, 1, 1])
		summary = {item["label"]: item["value"] for item in report["report_summary"]}
		clients, closed = (sum(row[name] for row in report["result"]) for name in ("clients", "closed"))
		self.assertEqual((summary["Enquiries"], summary["Clients"]), (3, clients))
		self.assertEqual(summary["Deal Signed (%)"], round(100 * closed / clients, 1))

	def test_an_agent_has_no_report(self):
		with as_user(self.agent.user):
			filters = {"from_date": today(), "to_date": today()}
			self.assertRaises(frappe.PermissionError, run, REPORT, filters=filters)
			self.assertRaises(frappe.PermissionError, execute, filters)

	def test_three_queries_however_many_rows(self):
		self.row()  # who looks is looked up once a request
		with self.assertQueryCount(3):
			sources.by_source(frappe._dict(from_date=today(), to_date=today()))

	def test_a_source_is_asked_for_where_the_agency_wants_it(self):
		frappe.db.set_single_value("Agency Settings", "client_source_required", 1)
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		self.assertRaises(frappe.MandatoryError, factory.make_client)
		client = factory.make_client(source_channel="WeChat")
		client.update({"source_channel": ""}).save()
