"""What a browser is told of every answer: what it may load, run and show."""

import re

import frappe
import requests
from frappe.utils import cint

from agency_crm.framework import tries
from agency_crm.tests.cases.enquiries import PNG
from agency_crm.tests.cases.http import AgencyHTTPCase

EVERYWHERE = {
	"object-src": ["'none'"],
	"base-uri": ["'self'"],
	"form-action": ["'self'"],
	"frame-ancestors": ["'self'"],
}
SELF, INLINE, EVAL = "'self'", "'unsafe-inline'", "'unsafe-eval'"
TILES = "https://{s}.tiles.example/{z}/{x}/{y}.png"
SHOWN = {
	"a.png": (PNG, "image/png"),
	"a.jpg": (b"\xff\xd8\xff", "image/jpeg"),
	"a.pdf": (b"%PDF-1.4", "application/pdf"),
	"a.mp4": (b"\0\0\0\x18ftypmp42", "video/mp4"),
	"a.mp3": (b"ID3", "audio/mpeg"),
}
SAVED = (
	"a.html",
	"a.HTM",
	"a.svg",
	"a.xml",
	"a.js",
	"a.xhtml",
	"a.txt",
	"a.csv",
	"a.zip",
	"a",
	"a.png.gz",
	"a.css",
)


def policy(answer: requests.Response) -> dict[str, list[str]]:
	directives = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
	return {name: sources for name, *sources in directives}


class TestHeaders(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		cls.guest = requests.Session()
		cls.guest.headers["X-Frappe-Site-Name"] = frappe.local.site
		cls.tiles = frappe.db.get_single_value("Agency Settings", "map_tiles")
		cls.set_tiles(TILES)
		cls.answers = {}
		cls.mark = frappe.generate_hash(length=10)

	@classmethod
	def take_away(cls):
		super().take_away()
		cls.set_tiles(cls.tiles)

	@classmethod
	def set_tiles(cls, address: str):
		frappe.db.set_single_value("Agency Settings", "map_tiles", address)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		frappe.db.commit()  # for the server

	def get(self, path: str, by: requests.Session | None = None) -> requests.Response:
		"""Ask once for each path: a page takes Frappe a second."""
		if (path, by) not in self.answers:
			url = f"{self.server.url}/{path}"
			self.answers[path, by] = (by or self.guest).get(
				url, headers={"Accept": "*/*"}, allow_redirects=False, timeout=60
			)
		return self.answers[path, by]

	def test_every_answer_has_them(self):
		ann = self.people["ann"].session
		for path, by in {
			"login": None,
			"list-your-home": None,
			"nothing-of-this-name": None,
			"app": ann,
			"app/listing": None,
			"assets/frappe/images/up.png": None,
			"assets/nothing": None,
			"files/nothing": None,
			"private/files/nothing": None,
			"x/%2e%2e/y": None,
			"api/method/ping": None,
			"api/method/no.such.method": None,
			"api/resource/Client": ann,
			"api/resource/Client?fields=x": ann,
			"backups/x": ann,
		}.items():
			with self.subTest(path):
				answer = self.get(path, by)
				self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
				self.assertEqual(answer.headers["Referrer-Policy"], "strict-origin-when-cross-origin")
				self.assertLessEqual(EVERYWHERE.items(), policy(answer).items())
				self.assertNotIn("*", answer.headers["Content-Security-Policy"].replace("//*.", ""))

	def test_a_refusal_that_frappe_makes_no_answer_of_has_them(self):
		"""A log-in fails before there is a session, and a page over its limit gets nothing from Frappe."""
		page = {"Accept": "text/html"}
		self.addCleanup(tries.forget_all, "")
		for path, headers in (("", {}), ("", page), ("api/method/login", page)):
			wrong = {"usr": f"{frappe.generate_hash()}@agency.example", "pwd": "x", "cmd": "login"}
			answer = self.guest.post(f"{self.server.url}/{path}", data=wrong, headers=headers, timeout=60)
			with self.subTest(path, headers=headers):
				self.assert_refusal(answer, 401)
		function = "agency_crm.api.intake.listing_enquiries.suggest_estates"
		key = frappe.cache.make_key(f"rl:{function}:127.0.0.1")
		self.addCleanup(frappe.cache.delete, key)
		frappe.cache.setex(key, 60, 60)  # as many as a minute may see
		for accepted in ("text/html", "*/*"):
			answer = self.guest.get(
				f"{self.server.url}/api/method/{function}",
				params={"form_token": "x", "typed": "x"},
				headers={"Accept": accepted},
				timeout=60,
			)
			self.assert_refusal(answer, 429)

	def assert_refusal(self, answer: requests.Response, status: int):
		self.assertEqual(answer.status_code, status, answer.text[-300:])
		self.assertTrue(answer.text.strip())
		self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
		self.assertLessEqual(EVERYWHERE.items(), policy(answer).items())

	def test_the_desk_runs_what_stands_in_it_and_shows_the_map(self):
		desk = policy(self.get("app/listing", self.people["ann"].session))
		self.assertEqual(desk["script-src"], [SELF, INLINE, EVAL])
		self.assertEqual(desk["img-src"], [SELF, "data:", "blob:", "https://*.tiles.example"])

	def test_pages_connect_to_their_site_alone(self):
		host = f"127.0.0.1:{self.server.port}"
		for path, by in (("app/listing", self.people["ann"].session), ("login", None)):
			self.assertEqual(
				policy(self.get(path, by))["connect-src"], [SELF, f"http://{host}", f"ws://{host}"]
			)
		odd = self.guest.get(f"{self.server.url}/login", headers={"Host": "x; script-src *"}, timeout=60)
		self.assertNotIn("*", odd.headers["Content-Security-Policy"])

	def test_our_pages_run_no_script_that_stands_in_them(self):
		for path in (
			"list-your-home",
			"find-your-home",
			"stop-mails",
			"stop-mails.html",
			"list-your-home.html",
		):
			with self.subTest(path):
				answer = self.get(path)
				self.assertEqual(policy(answer)["script-src"], [SELF])
				self.assertFalse(re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|javascript:", answer.text))

	def test_frappes_pages_run_theirs_but_no_eval(self):
		for path in ("login", "nothing-of-this-name", "message"):
			self.assertEqual(policy(self.get(path))["script-src"], [SELF, INLINE], path)

	def test_an_office_adds_a_source_in_its_site_config(self):
		from frappe.installer import update_site_config

		self.addCleanup(update_site_config, "content_security_sources", "None")
		update_site_config("content_security_sources", {"script-src": "https://pay.example"})
		self.answers.clear()
		self.addCleanup(self.answers.clear)
		page = policy(self.get("login"))
		self.assertEqual(page["script-src"], [SELF, INLINE, "https://pay.example"])

	def test_uploads_are_no_pages(self):
		"""Also those that were stored before such were refused."""
		ann = self.people["ann"].session
		for folder, by in (("public", None), ("private", ann)):
			for name, (content, mimetype) in SHOWN.items():
				with self.subTest(name, folder=folder):
					answer = self.get(self.stored(folder, name, content), by)
					self.assertEqual(answer.status_code, 200)
					self.assertEqual(answer.headers["Content-Type"], mimetype)
					self.assertNotIn("attachment", answer.headers.get("Content-Disposition", ""))
					self.assert_sandbox(answer)
			for name in SAVED:
				with self.subTest(name, folder=folder):
					answer = self.get(self.stored(folder, name, b"<script>alert(1)</script>"), by)
					self.assertEqual(
						(answer.status_code, answer.content), (200, b"<script>alert(1)</script>")
					)
					self.assertEqual(answer.headers["Content-Disposition"], "attachment")
					self.assertNotIn("Content-Encoding", answer.headers)
					self.assert_sandbox(answer)

	def assert_sandbox(self, answer: requests.Response):
		told = policy(answer)
		self.assertEqual(told["default-src"], ["'none'"])
		self.assertNotIn("allow-scripts", told["sandbox"])
		self.assertNotIn("script-src", told)

	def stored(self, folder: str, name: str, content: bytes) -> str:
		"""Put a file on the disk, and its row, which no controller looks at; return its path."""
		path = frappe.get_site_path(folder, "files", f"{self.mark}-{name}")
		with open(path, "wb") as file:
			file.write(content)
		url = f"{'/private' if folder == 'private' else ''}/files/{self.mark}-{name}"
		row = frappe.get_doc({"doctype": "File", "file_name": url.split("/")[-1], "file_url": url})
		row.update({"is_private": cint(folder == "private"), "name": frappe.generate_hash(length=10)})
		row.db_insert()
		row.db_set("owner", self.agency.users["ann"])
		frappe.db.commit()  # for the server; `take_away` deletes it with the file
		return url.lstrip("/")
