"""What the tests of deals and their rows share: an office, a listing and a buyer, made once a class."""

import frappe

from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import act, as_user


class DealCase(AgencyTestCase):
	"""A store under a region with a manager each, an accountant, its closing agent and its keeper.

	The keeper has a live listing with its owner, the closing agent a buyer. All of it is rolled back with
	the class.
	"""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.region_manager = factory.make_user("Agency Store Manager").name
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.accountant = factory.make_user("Agency Accountant").name
		region = factory.make_store(is_group=1, manager=cls.region_manager)
		cls.store = factory.make_store(parent=region.name, manager=cls.manager)
		cls.plan = factory.make_plan()
		cls.agent, cls.keeper = (cls.make_agent() for _ in range(2))
		cls.owner = factory.make_client(agent=cls.keeper.name, is_seller=1)
		cls.listing = factory.make_listing(
			"Live",
			maintainer=cls.keeper.name,
			store=cls.store.name,
			owners=[{"client": cls.owner.name, "share": 100}],
		)
		cls.client = factory.make_client(agent=cls.agent.name)

	@classmethod
	def make_agent(cls, *roles: str, **fields):
		"""An agent of the store with the plan of 40 %."""
		return factory.make_agent(
			*roles, **{"store": cls.store.name, "commission_plan": cls.plan.name, **fields}
		)

	@classmethod
	def make_deal(cls, **fields):
		"""A draft made by its agent, with the fees of both sides: 70,000 and 35,000."""
		with as_user(cls.agent.user):
			deal = factory.make_deal(
				**{
					"listing": cls.listing.name,
					"client": cls.client.name,
					"agent": cls.agent.name,
					**fields,
				}
			)
			factory.make_fee(deal, "Buyer")
			factory.make_fee(deal, "Seller")
		return deal

	@classmethod
	def review(cls, **fields):
		"""A deal that its agent sent to the manager."""
		deal = cls.make_deal(**fields)
		act(cls.agent.user, deal, "Submit for Review")
		return deal

	@classmethod
	def sign(cls, **fields):
		"""A deal that manager and accountant approved."""
		deal = cls.review(**fields)
		act(cls.manager, deal, "Approve")
		act(cls.accountant, deal, "Approve and Sign")
		return deal

	def listing_phase(self) -> str:
		return frappe.db.get_value("Listing", self.listing.name, "phase")
