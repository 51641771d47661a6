"""Trying passwords over HTTP: who has to wait, who doesn't, and what the answers give away."""

import re
from random import randrange
from statistics import median
from time import perf_counter

import frappe
import pyotp
import requests
from frappe.installer import update_site_config
from frappe.tests.utils import FrappeTestCase
from frappe.utils.password import set_encrypted_password, update_password

from agency_crm.framework import addresses, logins, tries
from agency_crm.tests import factory
from agency_crm.tests.cases.http import Browser, HTTPCase

LOGIN = "api/method/login"
PASSWORD = "Rot-13-Kranich"
FEW = {"pair_failures": 2, "account_failures": 3, "address_accounts": 3}


class TestLogins(HTTPCase):
	"""The server believes the tests' own X-Forwarded-For, so that each test comes from places of its own."""

	@classmethod
	def prepare(cls):
		cls.believe_addresses()
		limits = frappe.get_doc(logins.SETTINGS)
		before = {name: limits.get(name) for name in FEW}
		limits.update(FEW).save()
		cls.addClassCleanup(lambda: limits.reload().update(before).save() and frappe.db.commit())
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
		cls.manager = factory.make_user("System Manager").name

	@classmethod
	def take_away(cls):
		super().take_away()
		frappe.db.delete("Activity Log", {"creation": (">=", cls.started)})
		frappe.db.commit()  # what was committed goes
		tries.forget_all("")

	def setUp(self):
		super().setUp()
		tries.forget_all("")
		self.user = self.new_user()

	def new_user(self) -> str:
		user = factory.make_user().name
		update_password(user, PASSWORD)
		frappe.db.commit()  # for the server
		return user

	def ask(self, path: str, place: str, session=None, **arguments) -> requests.Response:
		headers = {**self.server.headers, "X-Forwarded-For": place, **arguments.pop("headers", {})}
		ask = (session or requests).post
		return ask(f"{self.server.url}/{path}", headers=headers, timeout=60, **arguments)

	def log_in(self, user: str, password: str, place: str, session=None, **more) -> requests.Response:
		return self.ask(LOGIN, place, session, data={"usr": user, "pwd": password, **more})

	def statuses(self, user: str, place: str, times: int) -> list[int]:
		return [self.log_in(user, "wrong", place).status_code for _ in range(times)]

	def count(self, doctype: str, **filters) -> int:
		frappe.db.rollback()  # to see what the server wrote
		return frappe.db.count(doctype, {"creation": (">=", self.started), **filters})

	def test_a_pair_waits_and_nobody_else(self):
		self.assertEqual(self.statuses(self.user, "10.1.0.1", 3), [401, 401, 429])
		answer = self.log_in(self.user, PASSWORD, "10.1.0.1")
		self.assertEqual(answer.status_code, 429)
		self.assertTrue(0 < int(answer.headers["Retry-After"]) <= 300, answer.headers)
		self.assertNotIn("Traceback", answer.text)
		self.assertEqual(self.log_in(self.user, PASSWORD, "10.1.0.2").status_code, 200)
		self.assertEqual(self.log_in(self.new_user(), PASSWORD, "10.1.0.1").status_code, 200)
		page = self.ask(
			"login?cmd=login",
			"10.1.0.1",
			data={"usr": self.user, "pwd": "x"},
			headers={"Accept": "text/html"},
		)
		self.assertEqual(page.status_code, 429)

	def test_deleting_a_user_who_has_records_changes_nothing(self):
		factory.make_agent(user=self.user)
		kept = self.deleted("DELETE", f"api/resource/User/{self.user}")
		self.assertEqual(kept, [417, 200, 200], "by REST")
		items = {"doctype": "User", "items": frappe.as_json([self.user])}
		kept = self.deleted("POST", "api/method/frappe.desk.reportview.delete_items", data=items)
		self.assertEqual(kept[1:], [200, 200], "from the list")
		# who has none goes, and with them their sessions
		self.user = self.new_user()
		self.assertEqual(self.deleted("DELETE", f"api/resource/User/{self.user}"), [202, 403, 401])
		self.assertFalse(frappe.db.exists("Sessions", {"user": self.user}))

	def deleted(self, verb: str, path: str, **arguments) -> list[int]:
		"""The answers to deleting the user, to their session after that, and to their password."""
		theirs = requests.Session()
		self.log_in(self.user, PASSWORD, "10.9.0.1", theirs)
		boss = Browser(self.server, HTTPCase.token(self.manager))
		frappe.db.commit()  # the key, for the server
		answers = [boss.ask(verb, path, **arguments)]
		asked = f"{self.server.url}/api/method/frappe.auth.get_logged_user"
		answers.append(theirs.get(asked, headers=self.server.headers, timeout=60))
		answers.append(self.log_in(self.user, PASSWORD, "10.9.0.1"))
		frappe.db.rollback()  # to see what the server wrote
		return [answer.status_code for answer in answers]

	def test_a_log_in_without_a_name_makes_nobody_forget(self):
		self.statuses(self.user, "10.1.1.1", 2)
		self.ask(LOGIN, "10.1.1.2")
		self.assertEqual(self.log_in(self.user, PASSWORD, "10.1.1.1").status_code, 429)

	def test_it_is_logged_and_told_once(self):
		for place in ("10.2.0.1", "10.2.0.1"):
			self.statuses(self.user, place, 2)
			frappe.cache.delete(
				*[
					key
					for key in frappe.cache.get_keys(tries.PREFIX)
					if key.endswith(b"waits") and b"told" not in key
				]
			)
		self.assertEqual(self.count("Activity Log", subject=("like", f"{self.user}%10.2.0.1%")), 2)
		told = {"for_user": self.manager, "subject": ("like", f"{self.user}%10.2.0.1%")}
		self.assertEqual(self.count("Notification Log", **told), 1)

	def test_an_account_that_isnt_there_answers_alike(self):
		answers = {}
		for user in (self.user, f"nobody-{frappe.generate_hash(length=6)}@example.com"):
			given = [self.log_in(user, "wrong", "10.3.0.1") for _ in range(3)]
			said = [re.sub(r"__frappe_exc_id.*", "", answer.text) for answer in given]
			answers[user] = list(zip([answer.status_code for answer in given], said, strict=True))
		known, unknown = answers.values()
		self.assertEqual(known, unknown)
		# Frappe counts these by address for an hour
		place = f"10.3.{randrange(256)}.{randrange(256)}"
		reset = [
			self.ask("api/method/frappe.core.doctype.user.user.reset_password", place, data={"user": user})
			for user in answers
		]
		self.assertEqual(reset[0].status_code, 200, reset[0].text)
		self.assertEqual(reset[0].text, reset[1].text)
		links = [
			self.ask("api/method/frappe.www.login.send_login_link", place, data={"email": user})
			for user in answers
		]
		self.assertEqual([link.status_code for link in links], [200, 200], links[1].text[-300:])
		self.assertEqual(links[0].text, links[1].text)

	def test_an_account_that_isnt_there_takes_as_long(self):
		took = {"known": [], "unknown": []}
		for number in range(12):
			for kind, user in (("known", self.user), ("unknown", f"nobody{number}@example.com")):
				tries.forget_all("")
				begin = perf_counter()
				self.log_in(user, "wrong", f"10.4.0.{number}")
				took[kind].append(perf_counter() - begin)
		known, unknown = map(median, took.values())
		self.assertLess(max(known, unknown), 2 * min(known, unknown))

	def test_many_failures_from_anywhere_ask_for_an_administrator_where_no_mail_is_sent(self):
		self.fail_from_anywhere(self.user)
		answer = self.log_in(self.user, PASSWORD, "10.5.1.1")
		self.assertEqual(answer.status_code, 429, answer.text)
		self.assertEqual(self.log_in(self.new_user(), PASSWORD, "10.5.1.1").status_code, 200)
		session = self.session(self.user)
		release = "api/method/agency_crm.api.frappe.logins.release"
		self.assertEqual(self.ask(release, "10.5.1.2", session, data={"user": self.user}).status_code, 403)
		session = self.session(self.manager)
		self.assertEqual(self.ask(release, "10.5.1.2", session, data={"user": self.user}).status_code, 200)
		self.assertEqual(self.log_in(self.user, PASSWORD, "10.5.1.1").status_code, 200)

	def test_many_failures_from_anywhere_ask_for_a_code_by_mail(self):
		account = frappe.get_doc(
			doctype="Email Account",
			email_account_name=f"out {self.user}",
			email_id=f"out-{self.user}",
			enable_outgoing=1,
			default_outgoing=1,
			smtp_server="127.0.0.1",
			no_smtp_authentication=1,
			awaiting_password=1,
		)
		account.db_insert()
		frappe.clear_cache()
		frappe.db.commit()  # for the server
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.delete_doc, "Email Account", account.name, force=True)
		self.fail_from_anywhere(self.user)
		answer = self.log_in(self.user, "wrong", "10.6.1.1")
		self.assertEqual(answer.status_code, 401, answer.text[-3000:])
		answer = self.log_in(self.user, PASSWORD, "10.6.1.2").json()
		self.assertEqual(answer["verification"]["method"], "Email")
		ticket = answer["tmp_id"]
		self.assertNotIn("full_name", answer)
		answer = self.ask(LOGIN, "10.6.1.2", data={"otp": "000000", "tmp_id": ticket})
		self.assertEqual(answer.status_code, 401, answer.text)
		secret, token = (frappe.cache.get(f"{ticket}_{name}").decode() for name in ("otp_secret", "token"))
		code = {"otp": pyotp.HOTP(secret).at(int(token)), "tmp_id": ticket}
		answer = self.ask(LOGIN, "10.6.1.2", data=code)
		self.assertEqual((answer.status_code, "full_name" in answer.json()), (200, True), answer.text)

	def test_an_outsider_cant_shut_out_the_administrator(self):
		kept = frappe.db.sql(
			"select password from __Auth where name = 'Administrator' and fieldname = 'password'"
		)
		restore = "update __Auth set password = %s where name = 'Administrator' and fieldname = 'password'"
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.sql, restore, kept[0])
		update_password("Administrator", PASSWORD)
		frappe.db.commit()  # for the server
		self.assertEqual(self.log_in("Administrator", PASSWORD, "10.7.1.1").status_code, 200)
		self.fail_from_anywhere("Administrator")
		self.assertEqual(self.log_in("Administrator", PASSWORD, "10.7.1.1").status_code, 200)
		answer = self.log_in("Administrator", PASSWORD, "10.7.1.2")
		self.assertEqual(answer.status_code, 429, answer.text)

	def test_an_address_with_many_accounts_lets_those_in_that_it_knows(self):
		stranger = self.new_user()
		self.assertEqual(self.log_in(self.user, PASSWORD, "10.8.0.1").status_code, 200)
		for number in range(FEW["address_accounts"]):
			self.log_in(f"nobody{number}@example.com", "wrong", "10.8.0.1")
		self.assertEqual(self.log_in(stranger, PASSWORD, "10.8.0.1").status_code, 429)
		self.assertEqual(self.log_in("nobody@example.com", "wrong", "10.8.0.1").status_code, 429)
		self.assertEqual(self.log_in(self.user, PASSWORD, "10.8.0.1").status_code, 200)
		self.assertEqual(self.log_in(stranger, PASSWORD, "10.8.0.2").status_code, 200)

	def test_a_header_that_no_proxy_of_ours_wrote_is_not_believed(self):
		update_site_config(addresses.SETTING, ["192.0.2.7"])
		self.addCleanup(update_site_config, addresses.SETTING, ["127.0.0.1"])
		given = [self.log_in(self.user, "wrong", f"10.9.0.{number}").status_code for number in range(3)]
		self.assertEqual(given, [401, 401, 429])

	def test_keys_are_counted_too(self):
		key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
		frappe.db.set_value("User", self.user, "api_key", key)
		set_encrypted_password("User", self.user, secret, "api_secret")
		frappe.db.commit()  # for the server

		def ask(secret: str, place: str) -> int:
			headers = {"Authorization": f"token {key}:{secret}"}
			return self.ask("api/method/frappe.auth.get_logged_user", place, headers=headers).status_code

		self.assertEqual([ask("wrong", "10.10.0.1") for _ in range(3)], [401, 401, 429])
		self.assertEqual((ask(secret, "10.10.0.1"), ask(secret, "10.10.0.2")), (429, 200))
		frappe.get_doc("User", self.user).update({"enabled": 0}).save()
		frappe.db.commit()  # for the server
		self.assertEqual(ask(secret, "10.10.0.2"), 401)

	def test_one_who_is_logged_in_tries_passwords_as_seldom(self):
		session = self.session(self.user)
		methods = {
			"frappe.core.doctype.user.user.verify_password": {"password": "wrong"},
			"frappe.core.doctype.user.user.update_password": {
				"old_password": "wrong",
				"new_password": "Nu-77-Elster",
			},
		}
		for method, data in methods.items():
			tries.forget_all("")
			given = [
				self.ask(f"api/method/{method}", "10.11.0.1", session, data=data).status_code
				for _ in range(3)
			]
			self.assertEqual(given, [401, 401, 429], method)
			right = {**data, "password": PASSWORD, "old_password": PASSWORD}
			self.assertEqual(
				self.ask(f"api/method/{method}", "10.11.0.1", session, data=right).status_code, 429
			)

	def test_the_other_ways_to_send_a_password_are_held_too(self):
		ways = {
			"frappe.integrations.doctype.ldap_settings.ldap_settings.login": {
				"usr": self.user,
				"pwd": "wrong",
			},
			"frappe.integrations.oauth2.get_token": {
				"grant_type": "password",
				"username": self.user,
				"password": PASSWORD,
				"client_id": "x",
			},
		}
		for method, data in ways.items():
			tries.forget_all("")
			self.statuses(self.user, "10.12.0.1", 2)
			self.assertEqual(
				self.ask(f"api/method/{method}", "10.12.0.1", data=data).status_code, 429, method
			)
		tries.forget_all("")
		ldap = "api/method/frappe.integrations.doctype.ldap_settings.ldap_settings.login"
		given = [
			self.ask(ldap, "10.12.0.2", data={"usr": self.user, "pwd": "x"}).status_code for _ in range(3)
		]
		self.assertEqual(given, [417, 417, 429])

	def fail_from_anywhere(self, user: str):
		for number in range(FEW["account_failures"]):
			self.log_in(user, "wrong", f"10.20.{number}.1")

	def session(self, user: str) -> requests.Session:
		update_password(user, PASSWORD)
		frappe.db.commit()  # for the server
		kept = [key for key in frappe.cache.get_keys(tries.PREFIX)]
		values = {key: (frappe.cache.dump(key), frappe.cache.pttl(key)) for key in kept}
		tries.forget_all("")
		session = requests.Session()
		answer = self.log_in(user, PASSWORD, "10.30.0.1", session)
		self.assertEqual(answer.status_code, 200, answer.text)
		for key, (value, left) in values.items():
			frappe.cache.restore(key, left, value, replace=True)
		page = session.get(f"{self.server.url}/app", headers={"X-Frappe-Site-Name": frappe.local.site})
		token = page.text.partition('frappe.csrf_token = "')[2].partition('"')[0]
		session.headers["X-Frappe-CSRF-Token"] = token
		return session


class TestAddresses(FrappeTestCase):
	def test_the_address_is_the_last_that_is_no_proxy_of_ours(self):
		ours = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"]
		for peer, header, proxies, address in (
			("1.2.3.4", "", [], "1.2.3.4"),
			("1.2.3.4", "5.6.7.8", [], "1.2.3.4"),
			("1.2.3.4", "5.6.7.8", ours, "1.2.3.4"),
			("127.0.0.1", "5.6.7.8", ours, "5.6.7.8"),
			("127.0.0.1", "9.9.9.9, 5.6.7.8", ours, "5.6.7.8"),
			("127.0.0.1", "9.9.9.9, 5.6.7.8, 10.1.1.1", ours, "5.6.7.8"),
			("127.0.0.1", "10.1.1.1", ours, "10.1.1.1"),
			("127.0.0.1", "5.6.7.8, nonsense", ours, "127.0.0.1"),
			("::ffff:127.0.0.1", "5.6.7.8", ours, "5.6.7.8"),
			("fd00::1", "2001:db8::1", ours, "2001:db8::1"),
			("", "", ours, "127.0.0.1"),
		):
			self.assertEqual(addresses.find(peer, header, proxies), address, (peer, header))
