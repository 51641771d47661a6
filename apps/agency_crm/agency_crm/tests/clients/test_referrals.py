"""Who brought whom, on a real site: never in a circle, links that say nothing, and only what one may see."""

import frappe

from agency_crm.api.clients import referrals as api
from agency_crm.services.clients import referrals
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestReferrals(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		store = factory.make_store().name
		cls.agent, cls.other = (factory.make_agent(store=store) for _number in range(2))
		cls.first = factory.make_client(agent=cls.agent.name)
		cls.second = factory.make_client(agent=cls.agent.name, referred_by_client=cls.first.name)
		cls.third = factory.make_client(agent=cls.other.name, referred_by_client=cls.second.name)

	def test_nobody_is_brought_by_themselves_or_by_whom_they_brought(self):
		for referrer in (self.first, self.second, self.third):
			client = frappe.get_doc("Client", self.first.name)
			client.referred_by_client = referrer.name
			self.assertRaisesRegex(frappe.ValidationError, "brought by themselves", client.save)

	def test_one_names_only_a_client_one_sees(self):
		with as_user(self.other.user):
			self.assertRaises(
				frappe.PermissionError,
				factory.make_client,
				agent=self.other.name,
				referred_by_client=self.first.name,
			)

	def test_both_sides_show_it_as_far_as_one_sees(self):
		with as_user(self.agent.user):
			found = api.around(self.second.name)
			self.assertEqual((found["brought_by"].name, found["brought"]), (self.first.name, []))
			self.assertEqual([row.name for row in api.around(self.first.name)["brought"]], [self.second.name])
		with as_user(self.other.user):
			self.assertIsNone(api.around(self.third.name)["brought_by"])
			self.assertRaises(frappe.PermissionError, api.around, self.first.name)

	def test_a_link_says_nothing_and_is_taken_back(self):
		with as_user(self.agent.user):
			link = api.make_link("Client", self.first.name)
			self.assertEqual(api.make_link("Client", self.first.name), link)
			code = link.split("from=")[1]
			self.assertEqual(referrals.referrer_of(code), {"referred_by_client": self.first.name})
			self.assertNotIn(self.first.name, code)
			api.revoke_link("Client", self.first.name)
			own = api.make_link("Agent", self.agent.name).split("from=")[1]
			self.assertRaises(frappe.PermissionError, api.make_link, "Agent", self.other.name)
		for nobody in (code, "", None, "x"):
			self.assertEqual(referrals.referrer_of(nobody), {})
		self.assertEqual(referrals.referrer_of(own), {"referred_by": self.agent.name})
		with as_user(self.other.user):
			self.assertRaises(frappe.PermissionError, api.make_link, "Client", self.first.name)
