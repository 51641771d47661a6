from email import message_from_string
from email.header import decode_header, make_header

import frappe
from frappe.utils import add_to_date, now_datetime

from agency_crm.services.listings import followers
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestListingFollower(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.keeper, self.fan, self.other = (factory.make_agent() for _number in range(3))
		frappe.set_user(self.keeper.user)
		self.listing = factory.make_listing("Live")
		frappe.db.delete("Listing Change", {"listing": self.listing.name})
		self.follow(self.fan)

	def follow(self, agent, **choice):
		with self.set_user(agent.user):
			followers.follow(self.listing.name, **choice)

	def reprice(self, price, by):
		with self.set_user(by):
			self.listing.reload()
			self.listing.update({"asking_price": price, "price_reason": "谈价"}).save()
		followers.tell_all()

	def notices(self, agent):
		filters = {"for_user": agent.user, "document_name": self.listing.name}
		return frappe.get_all("Notification Log", filters, pluck="subject", order_by="creation")

	def test_followers_and_role_holders_hear_of_it_and_not_who_did_it(self):
		self.reprice(3300000, self.keeper.user)
		self.assertEqual([len(self.notices(one)) for one in (self.keeper, self.fan, self.other)], [0, 1, 0])
		self.reprice(3200000, "Administrator")
		self.assertEqual(len(self.notices(self.keeper)), 1)

	def test_many_changes_in_a_short_time_are_one_notice(self):
		for price in (3300000, 3200000, 3100000):
			self.reprice(price, self.keeper.user)
		(subject,) = self.notices(self.fan)
		self.assertIn("350.00", subject)
		self.assertIn("310.00", subject)
		self.assertNotIn("330.00", subject)

	def test_each_reads_it_in_their_language(self):
		self.follow(self.other)
		self.let_speak(self.fan.user, "zh")
		self.let_speak(self.other.user, "en")
		for price in (3300000, 3200000):  # told, then brought up to date
			self.reprice(price, self.keeper.user)
			self.assertIn("价格", self.notices(self.fan)[0])
			self.assertIn("Price", self.notices(self.other)[0])

	def test_one_that_was_read_is_followed_by_another(self):
		self.reprice(3300000, self.keeper.user)
		frappe.db.set_value("Notification Log", {"for_user": self.fan.user}, "read", 1)
		self.reprice(3200000, self.keeper.user)
		self.assertEqual(len(self.notices(self.fan)), 2)

	def test_who_sees_it_no_more_hears_no_more(self):
		frappe.db.set_value("Listing", self.listing.name, "scope", "Private")
		self.follow(self.fan, daily_mail=True)
		self.reprice(3300000, self.keeper.user)
		followers.mail_user(self.fan.user)
		self.assertEqual((self.notices(self.fan), self.mails(self.fan)), ([], []))

	def rows(self, agent):
		fields = ["name", "user", "listing", "mailed_to"]
		return frappe.get_all("Listing Follower", {"user": agent.user}, fields)

	def mails(self, agent):
		rows = frappe.get_all("Email Queue Recipient", {"recipient": agent.user}, pluck="parent")
		return frappe.get_all("Email Queue", {"name": ("in", rows)}, pluck="message") if rows else []

	def make_account(self):
		account = {
			"email_account_name": "Outgoing",
			"email_id": "office@example.com",
			"smtp_server": "localhost",
		}
		account |= {"enable_outgoing": 1, "default_outgoing": 1, "no_smtp_authentication": 1}
		# Frappe remembers the account beyond this test, and mails of later ones would be sent and committed
		self.addCleanup(setattr, frappe.local, "outgoing_email_account", {})
		with self.set_user("Administrator"):
			frappe.get_doc({"doctype": "Email Account", **account}).insert()

	def test_the_daily_mail_comes_once_to_who_chose_it(self):
		self.make_account()
		self.let_speak(self.other.user, "zh")
		self.follow(self.other, daily_mail=True)
		self.reprice(3300000, self.keeper.user)
		yesterday = add_to_date(now_datetime(), days=-1)
		frappe.db.set_value("Listing Follower", {"user": self.other.user}, "mailed_to", yesterday)
		for _run in range(2):
			followers.mail_user(self.other.user)
		self.assertEqual([len(self.mails(one)) for one in (self.other, self.fan)], [1, 0])
		(mail,) = self.mails(self.other)
		subject = message_from_string(mail)["Subject"]
		self.assertEqual(str(make_header(decode_header(subject))), "您关注的 1 套房源有变更")

	def test_to_follow_again_changes_the_choice(self):
		self.follow(self.fan, daily_mail=True)
		self.assertEqual(len(self.rows(self.fan)), 1)
		with self.set_user(self.fan.user):
			self.assertEqual(followers.choice(self.listing.name), {"daily_mail": 1})
			followers.unfollow(self.listing.name)
			self.assertIsNone(followers.choice(self.listing.name))
			self.assertEqual(frappe.get_list("Listing Follower"), [])
