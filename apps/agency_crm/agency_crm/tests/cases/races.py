"""What the tests of several people at one moment share."""

import frappe
from frappe.utils import now

from agency_crm.permissions.reader import forget_places
from agency_crm.setup import install
from agency_crm.tests import factory
from agency_crm.tests.cases.office import RolesCase
from agency_crm.tests.races import at_once

LEFT_BEHIND = ("Notification Log", "Comment", "Version", "Territory")


def take_away_since(started: str, *others: str) -> None:
	"""Delete what was committed since then of our DocTypes, of what they leave behind and of `others`."""
	frappe.db.rollback()
	ours = frappe.get_all("DocType", {"module": install.MODULE, "issingle": 0}, pluck="name")
	for doctype in {*ours, *LEFT_BEHIND, *others}:
		frappe.db.delete(doctype, {"creation": (">=", started)})
	forget_places()
	frappe.db.commit()


class RacesCase(RolesCase):
	"""Rows are committed for the other connections to see, so the class takes them away itself."""

	@classmethod
	def setUpClass(cls):
		cls.started = now()
		super().setUpClass()
		cls.addClassCleanup(cls.take_away)

	@classmethod
	def take_away(cls):
		take_away_since(cls.started)

	def tearDown(self):
		frappe.db.commit()
		frappe.db.savepoint("agency_test")  # the commits took the one of setUp
		super().tearDown()

	def race(self, *acts, held=None) -> int:
		"""Do (user, method, arguments) at once, all held at one record's lock, the listing's; return which won, keep why
		the other lost."""
		held = held or self.listing
		frappe.db.commit()
		frappe.db.get_value(held.doctype, held.name, "name", for_update=True)

		def doing(user, method, *arguments):
			def act():
				frappe.set_user(user)
				method(*arguments)

			return act

		outcomes = at_once(*(doing(*act) for act in acts), held_at=f"%tab{held.doctype}%FOR UPDATE")
		errors = [outcome.error for outcome in outcomes]
		self.assertEqual(errors.count(None), 1, errors)
		self.lost = next(error for error in errors if error)
		self.assertIsInstance(self.lost, frappe.ValidationError)
		self.assertNotIsInstance(self.lost, frappe.QueryDeadlockError)
		return errors.index(None)

	def race_of_clerks(self, enquiry, convert):
		"""Have two clerks of the store take in one enquiry at once; return it, the winner's."""
		clerks = [factory.make_agent("Agency Assistant", store=self.store) for _ in range(2)]
		enquiry.db_set("store", self.store)
		won = self.race(*((clerk.user, convert, enquiry.name) for clerk in clerks), held=enquiry)
		enquiry.reload()
		self.assertEqual((enquiry.status, enquiry.assigned_to), ("Converted", clerks[won].user))
		return enquiry
