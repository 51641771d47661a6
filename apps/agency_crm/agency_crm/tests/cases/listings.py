"""What the tests of listings share: a store with its people, and an estate."""

import frappe

from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class ListingCase(AgencyTestCase):
	"""A store with a manager and an agent, and an estate; rolled back with the class."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.store = factory.make_store(manager=cls.manager).name
		cls.agent = factory.make_agent(store=cls.store)
		cls.estate = factory.make_estate(year_built=2008, buildings=[{"building_no": "3号楼", "floors": 18}])

	def make(self, **fields):
		return factory.make_listing(**{"estate": self.estate.name, **fields})

	def refused(self, error=frappe.ValidationError, **fields) -> str:
		"""What is said where a listing with these fields is refused."""
		frappe.clear_messages()
		with self.assertRaises(error):
			self.make(**fields)
		return " ".join(str(message.get("message")) for message in frappe.get_message_log())
