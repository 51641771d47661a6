"""A maintainer who does nothing loses the listing to the store, after reminders; who may claim it, and when."""

from datetime import timedelta

import frappe
from frappe.utils import add_days, getdate, now_datetime

from agency_crm.services.pools import listings as lapses
from agency_crm.tests import factory
from agency_crm.tests.cases.office import RolesCase
from agency_crm.tests.users import as_user


class TestLapses(RolesCase):
	def idle(self, days: float) -> None:
		"""The last effective act lies so many days back."""
		at = now_datetime() - timedelta(days=days)
		frappe.db.set_value("Listing", self.listing.name, "last_effective_on", at)

	def run_job(self):
		lapses.run()
		self.listing.reload()

	def follow_up(self, content: str, method: str = "Message") -> None:
		with as_user(self.agent.user):
			values = {"listing": self.listing.name, "method": method, "content": content}
			frappe.get_doc({"doctype": "Follow Up", **values, "followed_on": now_datetime()}).insert()

	def test_after_thirty_days_the_store_has_it(self):
		status = self.listing.status
		self.idle(31)
		self.run_job()
		self.assertEqual((self.listing.maintainer, self.listing.store), (None, self.store))
		self.assertEqual(self.listing.status, status)
		self.assertEqual(self.held("Maintainer"), [(self.agent.name, True)])
		self.assertIn(self.listing.title, self.told(self.agent.user)[0])
		self.run_job()
		self.assertEqual(len(self.told(self.agent.user)), 1)

	def test_an_effective_follow_up_or_a_viewing_starts_the_clock_anew(self):
		self.idle(31)
		self.follow_up("好的")
		self.run_job()
		self.assertIsNone(self.listing.maintainer, "a short message is no act")
		with as_user(self.manager):
			self.listing.update({"maintainer": self.agent.name}).save()
		self.idle(31)
		self.follow_up("业主同意周末看房，价格可谈五万左右")
		self.run_job()
		self.assertEqual(self.listing.maintainer, self.agent.name)
		self.idle(31)
		viewing = factory.make_viewing(self.listing.name, phase="Closed", agent=self.stranger.name)
		self.assertEqual(viewing.phase, "Closed")
		self.run_job()
		self.assertEqual(self.listing.maintainer, self.agent.name)

	def test_a_follow_up_dated_ahead_gives_no_more_time(self):
		with as_user(self.agent.user):
			values = {"listing": self.listing.name, "method": "Call", "content": "约了下月"}
			ahead = now_datetime() + timedelta(days=300)
			frappe.get_doc({"doctype": "Follow Up", **values, "followed_on": ahead}).insert()
		self.listing.reload()
		self.assertLessEqual(self.listing.last_effective_on, now_datetime())

	def test_reminded_three_days_and_one_day_before_once_each(self):
		for days, told in ((26, 0), (27, 1), (28, 1), (29, 2)):
			self.idle(days)
			if self.listing.lapse_reminded_on:  # a night passes
				reminded = add_days(self.listing.lapse_reminded_on, -1)
				frappe.db.set_value("Listing", self.listing.name, "lapse_reminded_on", reminded)
			self.run_job()
			self.run_job()
			self.assertEqual(len(self.told(self.agent.user)), told, days)
			self.assertEqual(self.listing.maintainer, self.agent.name)

	def test_not_while_on_leave_under_offer_or_in_a_deal(self):
		frappe.db.set_value("Agent", self.agent.name, "status", "On Leave")
		self.idle(40)
		self.run_job()
		self.assertTrue(self.listing.maintainer)
		frappe.db.set_value("Agent", self.agent.name, "status", "Active")
		deal = factory.make_deal(listing=self.listing.name)
		self.run_job()
		self.assertTrue(self.listing.maintainer)
		frappe.db.set_value("Deal", deal.name, "phase", "Dead")
		frappe.db.set_value("Listing", self.listing.name, "phase", "Closing")
		self.run_job()
		self.assertTrue(self.listing.maintainer)
		frappe.db.set_value("Listing", self.listing.name, "phase", "Live")
		self.run_job()
		self.assertFalse(self.listing.maintainer)

	def test_nothing_lapses_where_the_rule_is_off(self):
		self.set_rule(maintainer_lapse_days=0)
		self.idle(400)
		self.run_job()
		self.assertTrue(self.listing.maintainer)

	def lapse(self, days_ago: float = 0) -> None:
		self.idle(31)
		self.run_job()
		for row in self.listing.roles:
			if row.ended_at:
				at = now_datetime() - timedelta(days=days_ago)
				frappe.db.set_value(row.doctype, row.name, "ended_at", at)

	def claim(self, agent) -> None:
		with as_user(agent.user):
			lapses.claim(self.listing.name)
		self.listing.reload()

	def test_the_store_claims_first_then_whoever_sees_it(self):
		self.lapse()
		with self.assertRaises(frappe.ValidationError):
			self.claim(self.stranger)
		self.claim(self.colleague)
		self.assertEqual(self.listing.maintainer, self.colleague.name)
		self.assertEqual(getdate(self.listing.last_effective_on), getdate())
		with self.assertRaises(frappe.ValidationError) as caught:
			self.claim(self.stranger)
		self.assertIn(self.colleague.agent_name, str(caught.exception))
		self.lapse(days_ago=4)
		self.claim(self.stranger)
		self.assertEqual(
			(self.listing.maintainer, self.listing.store), (self.stranger.name, self.stranger.store)
		)

	def test_the_last_maintainer_waits_a_week(self):
		self.lapse()
		with self.assertRaises(frappe.ValidationError):
			self.claim(self.agent)
		self.lapse(days_ago=8)
		self.claim(self.agent)
		self.assertEqual(self.listing.maintainer, self.agent.name)

	def test_claims_a_day_are_limited(self):
		self.set_rule(claims_a_day=1)
		self.lapse()
		self.claim(self.colleague)
		other = factory.make_listing("Live", store=self.store)
		with as_user(self.colleague.user), self.assertRaises(frappe.ValidationError):
			lapses.claim(other.name)

	def test_who_is_no_agent_or_does_not_see_it_claims_nothing(self):
		self.lapse()
		with self.set_user(self.manager), self.assertRaises(frappe.PermissionError):
			lapses.claim(self.listing.name)

	def test_the_nightly_look_uses_its_index(self):
		plan = frappe.db.sql(
			"""explain select name from tabListing where phase in ('Draft', 'Live', 'Held')
			and last_effective_on <= '2020-01-01' order by last_effective_on""",
			as_dict=True,
		)
		self.assertEqual(plan[0].key, "phase_last_effective_on_index")
