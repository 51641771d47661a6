"""Every job that goes over many records goes on behind one that fails, and the Error Log names that one."""

import json
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, today
from rq.timeouts import JobTimeoutException

from agency_crm.framework import deferred, refusals, steps
from agency_crm.services.follow_ups import plans
from agency_crm.services.listings import media
from agency_crm.services.rating import listings as rating
from agency_crm.tests.base import AgencyTestCase

FIRST, SECOND = "ZZ-FIRST", "ZZ-SECOND"
OLD = add_days(today(), -400)
RULES = {
	"assignment_answer_hours": 1,
	"client_enquiry_convert": 1,
	"draft_lapse_hours": 1,
	"split_confirm_days": 1,
	"maintainer_lapse_days": 30,
	"client_pool_store_days": 30,
}
LAPSING = {"phase": "Live", "last_effective_on": OLD}
# job -> the step it does for each, and a record that is its turn; {name} is the record's own
JOBS = {
	"services.pools.assignment.pass_on_unanswered": (
		"judge",
		"ToDo",
		{"reference_type": "Client", "status": "Open", "assignment_rule": "x"},
	),
	"services.pools.handovers.resume": (
		"_move",
		"Client Handover Row",
		{"parent": "ZZ", "parenttype": "Client Handover", "parentfield": "rows"},
	),
	"services.intake.client_enquiries.convert_waiting": (
		"_convert_by_itself",
		"Client Enquiry",
		{"status": "New", "store": "x"},
	),
	"services.follow_ups.call_lists.make_all": ("_make", "Call List", {"status": "Making"}),
	"services.notifications.mailings.run": ("_send", "Client Mailing", {"status": "Sending"}),
	"services.privacy.erasure.run": ("_carry_out", "Client Erasure", {"status": "Approved"}),
	"services.rating.clients.refresh_all": ("refresh", "Client", {}),
	"services.follow_ups.plans.run": ("_lay_out", "Follow Up Plan", {"enabled": 1, "starts": "New Client"}),
	"services.pools.clients.run": (
		"fall",
		"Client",
		{"pool": "Private", "agent": "ZZ-LEFT", "stage": "Prospect"},
	),
	"services.follow_ups.tasks.tell_overdue": (
		"_remind",
		"Follow Up Task",
		{"status": "Open", "due_on": OLD, "agent": "{name}", "task_key": "{name}"},
	),
	"services.deals.record.lapse_drafts": (
		"_lapse",
		"Deal",
		{"phase": "Draft", "creation": OLD, "modified": OLD},
	),
	"services.commission.splits.confirm_silent": (
		"_confirm",
		"Deal Split",
		{"deal": "ZZ-DEAL", "creation": OLD},
	),
	"services.duplicates.pairs.compare_marked": ("_compare", "Listing", {"to_compare": 1}),
	"services.listings.followers.tell_all": ("_tell", "Listing Change", {"listing": "{name}", "told": 0}),
	"services.listings.followers.mail_changes": (
		"mail_user",
		"Listing Follower",
		{"user": "{name}", "daily_mail": 1},
	),
	"services.listings.keys.note_overdue": (
		"_tell_borrower",
		"Listing Key",
		{"status": "Out", "due_back": OLD},
	),
	"services.pools.listings.run": ("lapse", "Listing", {**LAPSING, "maintainer": "ZZ-HERE"}),
	"services.listings.leases.run_daily": (
		"_bring_back",
		"Listing",
		{"lease_end": OLD, "phase": "Closed", "listing_type": "Lease"},
	),
	"services.listings.mandates.run_daily": (
		"_start",
		"Listing Mandate",
		{"status": "Approved", "start": OLD},
	),
	"services.rating.listings.refresh_live": ("refresh", "Listing", {"phase": "Live"}),
	"services.listings.verification.ask_again": (
		"ask",
		"Listing",
		{"phase": "Live", "verification_due_on": OLD, "verification_status": "Verified"},
	),
	"services.listings.verification.note_overdue": (
		"_note_overdue",
		"Listing Verification",
		{"result": "Pending", "due_on": OLD},
	),
	"services.matching.notices.tell_all": ("_find", "Listing", {"to_match": 1}),
	"services.matching.nightly.run": (
		"_match",
		"Client Requirement",
		{"status": "Open", "requirement_type": "Buy"},
	),
	"accounting.accruals.compare_all": ("compare_lot", "Deal", {"docstatus": 1}),
}
# what these records stand beside
BESIDE = (
	("Client Handover", {"name": "ZZ", "status": "Running"}),
	("Deal", {"name": "ZZ-DEAL", "docstatus": 1, "phase": "Closed", "signed_on": OLD}),
	("Agent", {"name": "ZZ-HERE", "status": "Active"}),
	("Agent", {"name": "ZZ-LEFT", "status": "Left"}),
	("Email Account", {"name": "ZZ", "enable_outgoing": 1, "default_outgoing": 1}),
)
# these write from Redis, or have a job of their own do it: below
OTHERS = ("framework.deferred.flush", "framework.refusals.write_all", "services.rating.listings.resume")


class BrokenError(Exception):
	"""No refusal: as where the database is asked what it doesn't take."""


class Step:
	"""Stands in for a job's step; fails where the first record is among what it is to do."""

	def __init__(self):
		self.done: list[str] = []
		self.__name__, self.__module__ = "step", __name__

	def __call__(self, given, *_arguments, **_named) -> None:
		if FIRST in str(given):
			raise BrokenError
		self.done.append(str(given))


def insert(doctype: str, values: dict) -> None:
	frappe.get_doc({"doctype": doctype, **values}).db_insert()


class TestJobsGoOn(AgencyTestCase):
	def setUp(self):
		super().setUp()
		# this log is no part of a transaction
		self.addCleanup(frappe.db.delete, "Error Log", {"method": ("like", f"%{FIRST}%")})
		self.addCleanup(frappe.cache.delete_value, plans.CACHE)
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		frappe.db.set_single_value("Agency Settings", RULES)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		for doctype, values in BESIDE:
			insert(doctype, values)

	def assert_goes_on(self, step: Step) -> None:
		self.assertTrue(any(SECOND in given for given in step.done), step.done)
		self.assertTrue(frappe.db.exists("Error Log", {"method": ("like", f"%{FIRST}%")}))
		frappe.db.delete("Error Log", {"method": ("like", f"%{FIRST}%")})

	def test_every_job_of_the_schedule_is_known_here(self):
		events = frappe.get_hooks("scheduler_events", app_name="agency_crm")
		named = [*events.pop("cron").values(), *events.values()]
		ours = {name.removeprefix("agency_crm.") for names in named for name in names}
		self.assertEqual(ours, {*JOBS, *OTHERS})

	def test_a_record_that_fails_stops_no_job(self):
		for job, (name, doctype, values) in JOBS.items():
			with self.subTest(job=job):
				frappe.db.savepoint("job")
				try:
					self.run_job(job, name, doctype, values)
				finally:
					frappe.set_user("Administrator")
					frappe.db.rollback(save_point="job")

	def run_job(self, job: str, name: str, doctype: str, values: dict) -> None:
		for record in (FIRST, SECOND):
			own = {field: record if value == "{name}" else value for field, value in values.items()}
			insert(doctype, {"name": record, **own})
		step = Step()
		frappe.cache.delete_value(plans.CACHE)
		with patch(f"agency_crm.{job.rpartition('.')[0]}.{name}", step):
			frappe.get_attr(f"agency_crm.{job}")()
		self.assert_goes_on(step)

	def test_files_of_a_listing_that_go(self):
		for record in (FIRST, SECOND):
			home = {"attached_to_doctype": "Listing", "attached_to_name": "ZZ"}
			insert("File", {"name": record, "file_url": f"/files/{record}.png", **home})
		step = Step()
		with patch.object(media, "_delete_file", step):
			media.delete("ZZ", [f"/files/{FIRST}.png", f"/files/{SECOND}.png"])
		self.assert_goes_on(step)

	def test_logs_that_wait_in_redis(self):
		for record in (FIRST, SECOND):
			frappe.cache.rpush(deferred.QUEUE, json.dumps({"name": record}))
		step = Step()
		with patch.object(deferred, "_insert", step):
			deferred.flush()
		self.assert_goes_on(step)

	def test_the_recomputing_of_the_library_comes_to_its_end(self):
		for record in (FIRST, SECOND):
			insert("Listing", {"name": record, "phase": "Live"})
		step = Step()
		# a chunk is committed for good: here its rollback's
		with patch.object(frappe.db, "commit"), patch.object(rating, "refresh", step):
			rating.recompute_later()
			rating.recompute()
		self.assert_goes_on(step)
		self.assertFalse(rating._locked_state().get("requested_by"))


class TestRefusalsGoOn(FrappeTestCase):
	def test_a_row_that_fails(self):
		step = Step()
		with patch.object(refusals, "_add", step), patch.object(frappe.db, "commit"):
			refusals.write([f"{FIRST}|x", f"{SECOND}|x"])
		self.assertTrue(any(SECOND in given for given in step.done))
		frappe.db.delete("Error Log", {"method": ("like", f"%{FIRST}%")})


class TestSteps(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.db.delete, "Error Log", {"method": ("like", f"%{__name__}%")})

	def test_a_run_that_fails_by_itself_ends(self):
		"""With every record failing it is no record's fault."""
		done = []

		def broken(name: str) -> None:
			done.append(name)
			raise BrokenError

		with patch.object(steps, "MOST_FAULTS", 3), self.assertRaises(BrokenError):
			steps.each(map(str, range(10)), broken)
		self.assertEqual(len(done), 4)

	def test_a_run_whose_time_is_over_ends(self):
		def late(name: str) -> None:
			raise JobTimeoutException

		with self.assertRaises(JobTimeoutException):
			steps.each(["one", "two"], late)

	def test_what_failed_together_is_done_one_by_one(self):
		done = []

		def work(names: list[str]) -> None:
			frappe.db.set_single_value("Agency Settings", "client_claims_a_day", 60 + len(names))
			if "bad" in names:
				raise BrokenError
			done.append(list(names))

		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		steps.together(["one", "two"], work)
		steps.together(["one", "bad", "two"], work)
		self.assertEqual(done, [["one", "two"], ["one"], ["two"]])
		kept = frappe.db.get_single_value("Agency Settings", "client_claims_a_day", cache=False)
		self.assertEqual(kept, 61)
