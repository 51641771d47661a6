"""Which fields are the system's, and who may write them: in one process, as services do."""

import frappe
from frappe.utils import add_days, today

from agency_crm.framework import system_fields
from agency_crm.framework.system_fields import writing
from agency_crm.setup import install
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user

YESTERDAY = add_days(today(), -1)


class TestWriting(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.listing = factory.make_listing()

	def save(self, listing=None, **arguments) -> str | None:
		"""Save a listing that was verified yesterday; return what is stored of that."""
		listing = listing or self.listing
		listing.verified_on = YESTERDAY
		listing.save(**arguments)
		verified_on = frappe.db.get_value("Listing", listing.name, "verified_on")
		return verified_on and str(verified_on)

	def test_only_inside_the_context(self):
		self.assertIsNone(self.save(ignore_permissions=True))
		with writing(self.listing):
			self.assertEqual(self.save(), YESTERDAY)

	def test_neither_another_document_nor_another_copy_is_written(self):
		other = factory.make_listing()
		with writing(self.listing):
			self.assertIsNone(self.save(other))
			self.assertIsNone(self.save(frappe.get_doc("Listing", self.listing.name)))

	def test_it_ends_with_the_block_and_with_an_error(self):
		other = factory.make_listing()
		with writing(self.listing):
			with writing(other):
				self.assertTrue(system_fields.is_writing(self.listing))
			self.assertFalse(system_fields.is_writing(other))
		with self.assertRaises(frappe.ValidationError), writing(self.listing):
			frappe.throw("no")
		self.assertIsNone(self.save())

	def test_a_default_of_the_users_own_chooses_no_store(self):
		agent, far = factory.make_agent(), factory.make_store().name
		frappe.defaults.set_user_default("store", far, agent.user)
		frappe.local.new_doc_templates = {}
		self.addCleanup(setattr, frappe.local, "new_doc_templates", {})
		client = factory.make_client(agent=agent.name)
		with as_user(agent.user):
			called = {"title": "回访", "agents": [{"agent": agent.name}]}
			made = frappe.get_doc({"doctype": "Call List", **called}).insert()
			task = {"client": client.name, "subject": "回访", "due_on": today()}
			asked = frappe.get_doc({"doctype": "Follow Up Task", **task}).insert()
		self.assertEqual((made.store, asked.store), (agent.store, agent.store))


class TestFields(AgencyTestCase):
	def test_every_condition_of_a_shipped_file_is_understood(self):
		"""By its words, or by a role: then the controller checks it."""
		for doctype in frappe.get_all("DocType", {"module": install.MODULE}, pluck="name"):
			for field in frappe.get_meta(doctype).fields:
				condition = field.read_only_depends_on
				if condition and condition != system_fields.ONCE_SAVED and "has_role(" not in condition:
					with self.subTest(doctype=doctype, field=field.fieldname):
						self.assertRegex(condition, system_fields.CONDITION)

	def test_what_dialogs_fill_is_a_short_list(self):
		typed = {
			(doctype, field)
			for doctype in frappe.get_all("DocType", {"module": install.MODULE}, pluck="name")
			for field in frappe.get_doc({"doctype": doctype}).typed_fields
		}
		expected = {("Listing", "media"), ("Listing", "price_reason"), ("Viewing Stop", "dislikes")}
		self.assertEqual(typed, expected)

	def test_a_level_by_hand_is_typed_and_else_the_rules(self):
		client = factory.make_client()
		rules = client.level
		other = next(level for level in "ABCD" if level != rules)
		client.update({"level": other}).save()
		self.assertEqual(client.level, rules)
		client.update({"level": other, "level_by_hand": 1}).save()
		self.assertEqual(client.level, other)
