"""What the tests of verification, roles and keys share: a store with its people and a listing on the market."""

import frappe

from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class RolesCase(AgencyTestCase):
	"""A store with a manager, the agent who entered and maintains `listing`, a colleague; a stranger elsewhere."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.store = factory.make_store(manager=cls.manager).name
		cls.agent, cls.colleague = (factory.make_agent(store=cls.store) for _ in range(2))
		cls.stranger = factory.make_agent()
		with as_user(cls.agent.user):
			cls.listing = factory.make_listing("Live")

	def setUp(self):
		super().setUp()
		self.listing.reload()

	def set_rule(self, **rules) -> None:
		"""Set rules of Agency Settings for this test."""
		frappe.db.set_single_value("Agency Settings", rules)
		# after the rollback: what is cached would outlive it
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")

	def told(self, user: str) -> list[str]:
		"""What the bell said to a user, the newest first."""
		return frappe.get_all(
			"Notification Log", {"for_user": user}, pluck="subject", order_by="creation desc"
		)

	def held(self, role: str) -> list[tuple]:
		"""(agent, whether it has ended) of the listing's rows of a role, in order."""
		self.listing.reload()
		return [(row.agent, bool(row.ended_at)) for row in self.listing.roles if row.role == role]
