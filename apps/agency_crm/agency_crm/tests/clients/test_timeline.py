"""The timeline on a client's form: all that happened, newest first, as far as the viewer may see it."""

import frappe
from frappe.utils import add_to_date, now_datetime

from agency_crm.api.privacy import reveals
from agency_crm.services.clients import timeline
from agency_crm.services.privacy import erasure
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import as_user


class TestClientTimeline(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = factory.make_user("Agency Store Manager").name
		store = factory.make_store(manager=cls.manager).name
		cls.agent, cls.colleague = (factory.make_agent(store=store) for _ in range(2))
		with as_user(cls.agent.user):
			cls.client = factory.make_client()
			factory.make_requirement(cls.client.name, remarks="近地铁")
			reveals.reveal("Phone", "Client", cls.client.name, cls.client.phones[0].name, "约看房")
			cls.follow_up(4, "Call", "想看<b>三居</b>")
			factory.make_viewing(client=cls.client.name, agent=cls.agent.name)
			erasure.ask(cls.client.name, "本人来电")

	@classmethod
	def follow_up(cls, days: int, method: str, content: str, **fields):
		at = add_to_date(now_datetime(), days=-days)
		values = {"client": cls.client.name, "method": method, "content": content, "followed_on": at}
		return frappe.get_doc({"doctype": "Follow Up", **values, **fields}).insert()

	def seen_by(self, user: str) -> list[str]:
		with as_user(user):
			return [item["content"] for item in timeline.items("Client", self.client.name)]

	def test_everything_that_happened_newest_first(self):
		with as_user(self.manager):
			items = timeline.items("Client", self.client.name)
		moments = [str(item["creation"]) for item in items]
		self.assertEqual(moments, sorted(moments, reverse=True))
		text = "".join(item["content"] for item in items)
		for doctype in ("follow-up", "viewing", "client-requirement", "contact-reveal", "client-erasure"):
			self.assertIn(f"/app/{doctype}/", text)
		for said in ("近地铁", "约看房", self.agent.agent_name, "三居"):
			self.assertIn(said, text)
		self.assertNotIn("<b>", text)

	def test_as_far_as_one_may_see(self):
		"""The log of what was shown is the managers'; of a client in the pool, what others did isn't."""
		self.assertNotIn("contact-reveal", "".join(self.seen_by(self.agent.user)))
		frappe.db.set_value("Client", self.client.name, {"agent": None, "pool": "Store"})
		theirs = "".join(self.seen_by(self.colleague.user))
		self.assertIn("client-requirement", theirs)
		for hidden in ("follow-up/", "viewing", "contact-reveal", "client-erasure"):
			self.assertNotIn(f"/app/{hidden}", theirs)

	def test_as_many_queries_for_many_rows_as_for_few(self):
		with as_user(self.manager):
			timeline.items("Client", self.client.name)
			few = self.queries()
			for days in range(1, 6):
				self.follow_up(days, "WeChat", "发了三套房源的资料", agent=self.colleague.name)
			self.assertLessEqual(self.queries(), few)

	def queries(self) -> int:
		asked = []
		run = frappe.db.sql

		def counted(*args, **kwargs):
			asked.append(args)
			return run(*args, **kwargs)

		frappe.db.sql = counted
		try:
			timeline.items("Client", self.client.name)
		finally:
			frappe.db.sql = run
		return len(asked)
