"""What was said to whom, and what it leaves on the listing and the client, on a real site."""

import frappe
from frappe.utils import add_days, get_datetime, getdate, now_datetime, today

from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestFollowUp(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = factory.make_agent()
		cls.client = factory.make_client(agent=cls.agent.name)
		cls.listing = factory.make_listing(maintainer=cls.agent.name)

	def write(self, **fields):
		values = {"client": self.client.name, "content": "想看三居，预算可以再谈", "method": "WeChat"}
		with as_user(self.agent.user):
			return frappe.get_doc({"doctype": "Follow Up", **values, **fields}).insert()

	def test_its_writer_is_the_agent_of_the_session(self):
		follow_up = self.write()
		self.assertEqual((follow_up.agent, follow_up.client_name), (self.agent.name, self.client.client_name))

	def test_it_is_about_a_listing_or_a_client(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Listing.*Client"):
			self.write(client=None)

	def test_a_call_or_ten_characters_are_effective(self):
		self.assertTrue(self.write(method="Call", content="没接").is_effective)
		self.assertTrue(self.write(content="一二三四五六七八九十").is_effective)
		self.assertFalse(self.write(content=" 一二三四五六七八九 ").is_effective)

	def test_the_newest_one_s_days_stand_on_what_it_is_about(self):
		later, earlier = now_datetime().replace(microsecond=0), add_days(now_datetime(), -3)
		due = add_days(today(), 2)
		self.write(listing=self.listing.name, followed_on=later, next_follow_up_on=due)
		self.write(listing=self.listing.name, followed_on=earlier, next_follow_up_on=add_days(today(), -1))
		for doctype, name in (("Client", self.client.name), ("Listing", self.listing.name)):
			days = frappe.db.get_value(doctype, name, ["last_follow_up_on", "next_follow_up_on"])
			self.assertEqual((get_datetime(days[0]), days[1]), (later, getdate(due)))

	def test_one_dated_ahead_takes_the_place_of_none_that_comes(self):
		self.write(followed_on=add_days(now_datetime(), 300))
		due = getdate(add_days(today(), 2))
		self.write(followed_on=now_datetime(), next_follow_up_on=due)
		days = frappe.db.get_value("Client", self.client.name, ["last_follow_up_on", "next_follow_up_on"])
		self.assertLessEqual(get_datetime(days[0]), now_datetime())
		self.assertEqual(days[1], due)

	def test_somebody_else_s_client_or_private_listing_is_refused(self):
		private = factory.make_listing(scope="Private")
		foreign = factory.make_client()
		self.assertRaises(frappe.PermissionError, self.write, client=foreign.name)
		self.assertRaises(frappe.PermissionError, self.write, listing=private.name)
