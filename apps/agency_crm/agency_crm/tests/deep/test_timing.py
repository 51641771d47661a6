"""How long an answer takes tells nothing: of a hidden record and of one that isn't there it takes as long.

Two medians of one run are compared, never with a clock's time. On a busy machine that is chance, so it is of the whole
run only (`./agency test deep`).
"""

import time
from statistics import median
from unittest import skipUnless

import frappe
import requests
from frappe.utils.password import update_password

from agency_crm.tests import factory
from agency_crm.tests.cases.http import NUMBER, AgencyHTTPCase
from agency_crm.tests.deep import WHOLE

TIMES = 50
MOST = 2


@skipUnless(WHOLE, "of the whole run")
class TestTiming(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		for user in cls.agency.users.values():
			update_password(user, frappe.generate_hash(length=20))

	@classmethod
	def take_away(cls):
		super().take_away()
		of_users = {
			"doctype": "User",
			"fieldname": "password",
			"name": ("in", list(cls.agency.users.values())),
		}
		frappe.db.delete("__Auth", of_users)
		frappe.db.commit()  # so do the passwords

	def assert_alike(self, hidden, missing):
		"""Ask for what is hidden and what is missing by turns; neither takes twice as long."""
		took: tuple[list, list] = ([], [])
		for turn in range(-2, TIMES):
			for ask, times in zip((hidden, missing), took, strict=True):
				start = time.perf_counter()
				ask(turn)
				if turn >= 0:
					times.append(time.perf_counter() - start)
		one, other = map(median, took)
		self.assertLess(max(one, other) / min(one, other), MOST, f"hidden {one:.4f} s, missing {other:.4f} s")

	def both(self, method: str, hidden: dict, missing: dict):
		cat = self.people["cat"]
		self.assert_alike(lambda _turn: cat.call(method, **hidden), lambda _turn: cat.call(method, **missing))

	def test_search(self):
		name = frappe.db.get_value("Client", self.secret, "client_name")
		for method in ("search_link", "search_widget"):
			asked = {"doctype": "Client", "page_length": 20}
			with self.subTest(method):
				self.both(
					f"frappe.desk.search.{method}", {**asked, "txt": name}, {**asked, "txt": name[::-1]}
				)

	def test_link_check(self):
		asked = {"doctype": "Client", "fields": ["client_name"]}
		missing = {**asked, "docname": self.secret[:-1] + "x"}
		self.both("frappe.client.validate_link", {**asked, "docname": self.secret}, missing)

	def test_record(self):
		cat = self.people["cat"]
		self.assert_alike(
			lambda _turn: cat.resource("GET", "Client", self.secret),
			lambda _turn: cat.resource("GET", "Client", self.secret[:-1] + "x"),
		)

	def test_known_number(self):
		numbers = [factory.make_phone() for _ in range(TIMES + 2)]
		cat = self.people["cat"]
		for method in (
			"agency_crm.api.privacy.known_numbers.look",
			"agency_crm.api.privacy.reveals.find_client",
		):
			with self.subTest(method):
				self.assert_alike(
					lambda _turn, method=method: cat.call(method, number=NUMBER),
					lambda turn, method=method: cat.call(method, number=numbers[turn]),
				)

	def test_login(self):
		"""Of an account with a wrong password and of none, each from an address of its own."""
		users = list(self.agency.users.values())
		self.assert_alike(
			lambda turn: self.log_in(users[turn % len(users)]),
			lambda _turn: self.log_in(f"{frappe.generate_hash(length=8)}@agency.example"),
		)

	def log_in(self, user: str):
		parts = [str(int(frappe.generate_hash(length=2), 16)) for _ in range(3)]
		headers = {**self.server.headers, "X-Forwarded-For": f"10.{'.'.join(parts)}"}
		login = {"usr": user, "pwd": "x" * 12}
		return requests.post(f"{self.server.url}/api/method/login", login, headers=headers, timeout=60)
