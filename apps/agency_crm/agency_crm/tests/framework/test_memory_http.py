"""What a process of the server holds after many prints: no more than after the first few."""

import psutil

from agency_crm.tests import factory
from agency_crm.tests.cases.http import AgencyHTTPCase, Browser, HTTPCase, side_by_side

DOWNLOAD = "api/method/frappe.utils.print_format.download_pdf"
FIRST, MORE = 4, 16
# a Chinese font is some 20 MB; kept with what was drawn of it, a print left 95 MB behind
MOST_MB = 80


class TestMemory(HTTPCase):
	@classmethod
	def prepare(cls):
		cls.agent = factory.make_agent()
		cls.listing = factory.make_listing("Live", maintainer=cls.agent.name)
		cls.browser = Browser(cls.server, AgencyHTTPCase.token(cls.agent.user))

	@classmethod
	def take_away(cls):
		super().take_away()
		factory.borrowed.discard(cls.agent.user)

	def test_prints_leave_nothing_behind(self):
		self.print_sheets(FIRST)
		before = self.held()
		self.print_sheets(MORE)
		self.assertLess(self.held() - before, MOST_MB)

	def print_sheets(self, times: int):
		asked = {"doctype": "Listing", "name": self.listing.name, "format": "Listing Sheet"}
		answers = side_by_side(lambda _: self.browser.ask("GET", DOWNLOAD, params=asked), range(times))
		for _number, answer in answers:
			self.assertEqual(answer.content[:4], b"%PDF", answer.text[:300])

	def held(self) -> float:
		"""The memory of the server's processes, in MB."""
		server = psutil.Process(self.server.process.pid)
		return sum(process.memory_info().rss for process in server.children()) / 2**20
