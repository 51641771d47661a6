"""A partner's user and key; what it sends is tried over HTTP (tests/intake/test_partners_http.py)."""

import frappe

from agency_crm.api import partners as api
from agency_crm.permissions.roles import PARTNER
from agency_crm.services.intake import partners
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestListingPartner(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.admin = factory.make_user("Agency Administrator").name
		frappe.set_user(cls.admin)
		cls.partner = factory.make_partner()  # a new user costs a second

	def setUp(self):
		super().setUp()
		self.partner.reload()

	def test_its_user_has_one_role_and_no_desk(self):
		user = frappe.get_doc("User", self.partner.user)
		self.assertEqual(([row.role for row in user.roles], user.user_type), ([PARTNER], "Website User"))
		for doctype in ("Listing", "Client", "Listing Partner", "Estate"):
			self.assertFalse(frappe.has_permission(doctype, "read", user=user.name), doctype)

	def test_a_new_key_replaces_the_old(self):
		with self.set_user(self.admin):
			first, second = (api.make_key(self.partner.name) for _ in range(2))
		self.assertFalse(frappe.db.exists("User", {"api_key": first["api_key"]}))
		self.assertTrue(frappe.db.exists("User", {"api_key": second["api_key"]}))
		manager = factory.make_user("Agency Store Manager").name
		with self.set_user(manager):
			self.assertRaises(frappe.PermissionError, api.make_key, self.partner.name)

	def test_switched_off_it_has_no_key(self):
		with self.set_user(self.admin):
			api.make_key(self.partner.name)
			self.partner.reload().update({"is_active": 0}).save()
			self.assertRaises(frappe.ValidationError, api.make_key, self.partner.name)
		self.assertFalse(frappe.db.get_value("User", self.partner.user, "api_key"))
		with self.set_user(self.partner.user):
			self.assertRaises(frappe.PermissionError, partners.current)

	def test_two_partners_never_share_a_source(self):
		source = {"source_channel": self.partner.source_channel}
		self.assertRaises(frappe.UniqueValidationError, factory.make_partner, **source)
		self.partner.source_channel = "Another"
		self.assertRaises(frappe.CannotChangeConstantError, self.partner.save)

	def test_not_of_a_group_of_stores(self):
		region = factory.make_store(is_group=1).name
		self.assertRaises(frappe.ValidationError, factory.make_partner, store=region)
