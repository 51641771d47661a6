"""Showing a number: who may, why, how often, and the log that stays."""

from threading import Barrier, Thread

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime, today

from agency_crm.api.privacy import reveals as api
from agency_crm.framework.system_fields import writing
from agency_crm.services.privacy.reveals import RevealLimitError
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase

NUMBER = "13800138000"


class TestContactReveal(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.manager = factory.make_user("Agency Store Manager").name
		self.store = factory.make_store(manager=self.manager)
		self.agent, self.other = (factory.make_agent(store=self.store.name) for _ in range(2))
		phones = [{"number": f"{NUMBER} / 010-6235 1234转2", "label": "Own"}]
		self.client = factory.make_client(agent=self.agent.name, is_seller=1, phones=phones)
		self.listing = factory.make_listing(
			"Live",
			maintainer=self.agent.name,
			store=self.store.name,
			owners=[{"client": self.client.name, "share": 100}],
		)

	def ask(self, user: str, doc, row: str | None, reason: str | None = "带看前确认时间", what="Phone"):
		with self.set_user(user):
			return api.reveal(what, doc.doctype, doc.name, row, reason)

	def log(self, **filters) -> list[dict]:
		fields = ["user", "what", "client", "listing", "reason", "number_masked"]
		return frappe.get_all(
			"Contact Reveal", {"client": self.client.name, **filters}, fields, order_by="creation"
		)

	def test_shows_one_number_and_logs_it(self):
		shown = self.ask(self.agent.user, self.client, self.client.phones[0].name)
		self.assertEqual(shown, [{"label": "138****8000", "value": NUMBER}])
		(row,) = self.log()
		self.assertEqual((row.user, row.what, row.reason), (self.agent.user, "Phone", "带看前确认时间"))
		self.assertEqual(row.number_masked, "138****8000")

	def test_needs_a_reason_unless_settings_say_otherwise(self):
		row = self.client.phones[0].name
		self.assertRaises(frappe.MandatoryError, self.ask, self.agent.user, self.client, row, "  ")
		self.assertEqual(self.log(), [])
		frappe.db.set_single_value("Agency Settings", "reveal_reason_required", 0)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		self.assertTrue(self.ask(self.agent.user, self.client, row, None))

	def test_strangers_see_nothing(self):
		row = self.client.phones[0].name
		self.assertRaises(frappe.PermissionError, self.ask, self.other.user, self.client, row)
		accountant = factory.make_user("Agency Accountant").name
		frappe.db.set_value("Client", self.client.name, "customer", "C-TEST")
		self.assertRaises(frappe.PermissionError, self.ask, accountant, self.client, row)
		self.assertEqual(self.log(), [])

	def test_owners_number(self):
		"""For maintainer, role holders and managers; for all who see the listing where a setting says so."""
		row = self.listing.owners[0].name
		for user in (self.agent.user, self.manager):
			values = [shown["value"] for shown in self.ask(user, self.listing, row)]
			self.assertEqual(values, [NUMBER, "01062351234-2"])
		self.assertRaises(frappe.PermissionError, self.ask, self.other.user, self.listing, row)
		self.listing.append("roles", {"role": "Survey", "agent": self.other.name})
		self.listing.save()
		self.assertRaises(frappe.PermissionError, self.ask, self.other.user, self.listing, row)
		frappe.db.set_single_value("Agency Settings", "owner_phone_for", "All Agents Who See the Listing")
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		self.assertEqual(len(self.ask(self.other.user, self.listing, row)), 2)
		self.assertEqual(len(self.log(listing=self.listing.name)), 6)

	def test_an_owner_in_the_pool_is_called_as_an_owner(self):
		frappe.db.set_value("Client", self.client.name, {"agent": None, "pool": "Store"})
		row = self.client.phones[0].name
		self.assertRaises(frappe.PermissionError, self.ask, self.other.user, self.client, row)
		frappe.db.set_value("Listing", self.listing.name, "phase", "Dead")
		self.assertTrue(self.ask(self.other.user, self.client, row))

	def test_a_row_of_somebody_elses_client(self):
		with self.set_user(self.other.user):
			own = factory.make_client()
		foreign = self.client.phones[0].name
		self.assertRaises(frappe.DoesNotExistError, self.ask, self.other.user, own, foreign)

	def test_limit_of_the_day(self):
		frappe.db.set_single_value("Agency Settings", "reveal_daily_limit", 2)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		row = self.client.phones[0].name
		self.ask(self.agent.user, self.client, row)
		frappe.db.set_value("Contact Reveal", {"user": self.agent.user}, "revealed_at", "2026-01-01 10:00:00")
		for _ in range(2):
			self.ask(self.agent.user, self.client, row)
		self.assertRaises(RevealLimitError, self.ask, self.agent.user, self.client, row)
		self.assertEqual(len(self.log(revealed_at=(">=", today()))), 2)
		self.ask(self.manager, self.client, row)

	def test_each_role_has_its_limit(self):
		"""The highest of a user's roles; who has none that is listed has the limit of all."""
		row = self.client.phones[0].name
		self.set_rules(reveal_daily_limit=1)
		settings = frappe.get_doc("Agency Settings")
		settings.append("reveal_limits", {"role": "Agency Agent", "a_day": 2})
		settings.save()
		for _ in range(2):
			self.ask(self.agent.user, self.client, row)
		self.assertRaises(RevealLimitError, self.ask, self.agent.user, self.client, row)
		self.ask(self.manager, self.client, row)
		self.assertRaises(RevealLimitError, self.ask, self.manager, self.client, row)

	def test_a_number_that_was_only_checked_is_not_shown(self):
		self.set_rules(reveal_daily_limit=1)
		seen = {"user": self.agent.user, "what": "Number Check", "revealed_at": now_datetime()}
		row = frappe.get_doc({"doctype": "Contact Reveal", **seen})
		with writing(row):
			row.insert()
		self.ask(self.agent.user, self.client, self.client.phones[0].name)

	def test_the_manager_hears_of_unusually_many_once_a_day(self):
		row = self.client.phones[0].name
		self.set_rules(reveal_alert_from=3, reveal_alert_times=0, reveal_alert_least=0)
		for told in (0, 0, 1, 1):
			self.ask(self.agent.user, self.client, row)
			self.assertEqual(len(self.told(self.manager)), told)
		self.assertEqual(len(self.log(manager_told=1)), 1)
		# the next day it is told again, to the next above where the manager is the one
		frappe.db.set_value("Contact Reveal", {"user": self.agent.user}, "revealed_at", "2026-01-01 10:00:00")
		self.ask(self.agent.user, self.client, row)
		self.assertEqual(len(self.told(self.manager)), 1)
		administrator = factory.make_user("Agency Administrator").name
		for _ in range(3):
			self.ask(self.manager, self.client, row)
		self.assertEqual((len(self.told(self.manager)), len(self.told(administrator))), (1, 1))

	def test_what_is_usual_is_the_user_s_own(self):
		row = self.client.phones[0].name
		self.set_rules(reveal_alert_from=0, reveal_alert_times=2, reveal_alert_least=2)
		for days in (1, 2):
			self.ask(self.agent.user, self.client, row)
			newest = frappe.get_last_doc(
				"Contact Reveal", {"user": self.agent.user, "revealed_at": (">", today())}
			)
			newest.db_set("revealed_at", add_days(now_datetime(), -days))
		self.ask(self.agent.user, self.client, row)
		self.assertFalse(self.told(self.manager))
		self.ask(self.agent.user, self.client, row)
		self.assertEqual(len(self.told(self.manager)), 1)

	def told(self, user: str) -> list[str]:
		filters = {"for_user": user, "document_type": "Contact Reveal"}
		return frappe.get_all("Notification Log", filters, pluck="subject")

	@staticmethod
	def set_rules(**values):
		for field, value in values.items():
			frappe.db.set_single_value("Agency Settings", field, value)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")

	def test_the_log_stays_as_it_is(self):
		self.ask(self.agent.user, self.client, self.client.phones[0].name)
		log = frappe.get_last_doc("Contact Reveal", {"client": self.client.name})
		log.reason = "别的"
		self.assertRaises(frappe.ValidationError, log.save)
		self.assertRaises(frappe.ValidationError, log.delete)
		with self.set_user(self.agent.user):
			self.assertRaises(
				frappe.PermissionError, frappe.new_doc("Contact Reveal", user=self.agent.user).insert
			)

	def test_find_by_number(self):
		"""Exact, however it is typed, and only among the clients the user sees."""
		for text in ("138 0013 8000", "＋８６　13800138000", "010-62351234转2"):
			with self.set_user(self.agent.user):
				self.assertEqual([row.name for row in api.find_client(text)], [self.client.name])
			with self.set_user(self.other.user):
				self.assertEqual(api.find_client(text), [])
		with self.set_user(self.agent.user):
			self.assertEqual(api.find_client("13800138001"), [])
			self.assertRaises(frappe.ValidationError, api.find_client, "138")


class TestTwoAtOnce(FrappeTestCase):
	"""The last look of the day, asked for twice at the same moment, on two connections."""

	def test_one_of_two_passes_the_limit(self):
		settings = frappe.db.get_value("Agency Settings", None, "reveal_daily_limit")
		client = factory.make_client(store=factory.make_store().name)
		frappe.db.set_single_value("Agency Settings", "reveal_daily_limit", 1)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		frappe.db.commit()  # the threads' own connections must see them
		site, ready, outcomes = frappe.local.site, Barrier(2), []

		def look():
			frappe.init(site)
			frappe.connect()
			frappe.set_user("Administrator")
			doc = frappe.get_doc("Client", client.name)
			ready.wait()
			try:
				api.reveal("Phone", "Client", client.name, doc.phones[0].name, "同时")
				frappe.db.commit()
				outcomes.append("shown")
			except RevealLimitError:
				outcomes.append("refused")
			finally:
				frappe.destroy()

		try:
			threads = [Thread(target=look) for _ in range(2)]
			for thread in threads:
				thread.start()
			for thread in threads:
				thread.join()
			self.assertEqual(sorted(outcomes), ["refused", "shown"])
		finally:
			frappe.db.rollback()
			frappe.db.delete("Contact Reveal", {"client": client.name})
			frappe.delete_doc("Client", client.name, force=True)
			frappe.delete_doc("Store", client.store, force=True)
			frappe.db.set_single_value("Agency Settings", "reveal_daily_limit", settings)
			frappe.clear_document_cache("Agency Settings", "Agency Settings")
			frappe.db.commit()  # what was committed goes with it
