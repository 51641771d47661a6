"""Who hears the Desk's bell, and of what."""

import frappe

from agency_crm.framework import notices
from agency_crm.services.office import people
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestNotices(AgencyTestCase):
	def told(self, user: str) -> list[str]:
		return frappe.get_all("Notification Log", {"for_user": user}, pluck="subject")

	def test_each_is_told_once_and_nobody_of_their_own_act(self):
		first, second = (factory.make_agent() for _ in range(2))
		frappe.set_user(second.user)
		notices.tell([first.user, first.user, None, second.user], lambda: "钥匙逾期", "Agent", first.name)
		self.assertEqual(self.told(first.user), ["钥匙逾期"])
		self.assertEqual(self.told(second.user), [])

	def test_a_text_is_shown_as_text(self):
		agent = factory.make_agent()
		notices.tell([agent.user], lambda: "<script>alert(1)</script>", "Agent", agent.name)
		self.assertNotIn("<script>", self.told(agent.user)[0])

	def test_who_switched_it_off_or_left_hears_nothing(self):
		quiet, gone = factory.make_agent(), factory.make_agent()
		frappe.db.set_value("Notification Settings", quiet.user, "enabled", 0)
		gone.update({"status": "Left", "left_on": frappe.utils.today()}).save()
		notices.tell([quiet.user, *people.users_of([gone.name])], lambda: "Text", "Agent", quiet.name)
		self.assertEqual(self.told(quiet.user) + self.told(gone.user), [])

	def test_the_manager_of_a_store_is_the_nearest_above(self):
		manager = factory.make_user("Agency Store Manager").name
		region = factory.make_store(is_group=1, manager=manager)
		self.assertEqual(people.managers_of(factory.make_store(parent=region.name).name), [manager])
		self.assertEqual(people.managers_of(factory.make_store().name), people.managers_of(None))

	def test_a_manager_who_may_not_log_in_leaves_it_to_the_next_above(self):
		gone, above = (factory.make_user("Agency Store Manager").name for _ in range(2))
		region = factory.make_store(is_group=1, manager=above)
		store = factory.make_store(parent=region.name, manager=gone).name
		frappe.db.set_value("User", gone, "enabled", 0)
		self.assertEqual(people.managers_of(store), [above])
