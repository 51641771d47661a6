"""The web server's files over a raw socket: a client that normalises paths would never ask these."""

import gzip
import os
from email.parser import BytesParser
from pathlib import Path
from socket import create_connection
from typing import NamedTuple

import frappe

from agency_crm.tests.cases.http import HTTPCase

SECRET = "canary of the web server's folders"
# what stands in for the step up, and for the slash after it; %25 is encoded twice
STEPS = ("..", "%2e%2e", ".%2e", "%252e%252e", "..\\..", "%2e%2e%5c..")
SLASHES = ("/", "%2f", "%252f", "\\", "%5c", "//", "/./")


class Answer(NamedTuple):
	status: int
	headers: dict
	body: bytes


class TestWebServer(HTTPCase):
	@classmethod
	def prepare(cls):
		cls.site = Path(frappe.get_site_path()).resolve()
		cls.public, cls.private = cls.site / "public/files", cls.site / "private/files"
		cls.mark = frappe.generate_hash(length=10)
		cls.plant(cls.site / "private/backups" / f"{cls.mark}.sql.gz", gzip.compress(SECRET.encode()))
		cls.plant(cls.site.parent / f"{cls.mark}.json", SECRET.encode())
		cls.plant(cls.public / f"{cls.mark} 照片.txt", b"0123456789")
		cls.plant(cls.public / f"{cls.mark}.html", b"<script>alert(1)</script>")
		for name, target in {
			"out": cls.site / "site_config.json",
			"folder": cls.site,
			"relative": Path("../../site_config.json"),
		}.items():
			for folder in (cls.public, cls.private):
				cls.link(folder / f"{cls.mark}-{name}", target)

	@classmethod
	def plant(cls, path: Path, content: bytes):
		path.parent.mkdir(parents=True, exist_ok=True)
		path.write_bytes(content)
		cls.addClassCleanup(path.unlink)

	@classmethod
	def link(cls, path: Path, target: Path):
		path.symlink_to(target)
		cls.addClassCleanup(path.unlink)

	def ask(self, target: str, method: str = "GET", **headers: str) -> Answer:
		"""Send a request line as it is written, and read the whole answer."""
		lines = [f"{method} {target} HTTP/1.1", f"Host: {frappe.local.site}", "Connection: close"]
		asked = {"X-Frappe-Site-Name": frappe.local.site, **headers}
		lines += [f"{name.replace('_', '-')}: {value}" for name, value in asked.items()]
		with create_connection(("127.0.0.1", self.server.port), timeout=60) as connection:
			connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
			with connection.makefile("rb") as answer:
				status = int(answer.readline().split()[1])
				head = b"".join(iter(answer.readline, b"\r\n"))
				return Answer(status, dict(BytesParser().parsebytes(head)), answer.read())

	def assert_hidden(self, target: str, **headers: str):
		answer = self.ask(target, **headers)
		self.assertIn(answer.status, (400, 403, 404), target)
		for secret in (SECRET.encode(), b"db_password", b"root:", b"import frappe", b"\x1f\x8b"):
			self.assertNotIn(secret, answer.body, target)

	def test_no_path_climbs_out_of_the_folder(self):
		for step in STEPS:
			for slash in SLASHES:
				up = f"{step}{slash}"
				self.assert_hidden(f"/files/{up}{up}site_config.json")
				self.assert_hidden(f"/files/x/{up}{up}{up}site_config.json")
				self.assert_hidden(f"/assets/{up}{self.mark}.json")
				self.assert_hidden(f"/assets/frappe/{up}hooks.py")
				self.assert_hidden(f"/private/files/{up}backups/{self.mark}.sql.gz")

	def test_no_absolute_path_is_served(self):
		for folder in ("files", "assets", "assets/frappe", "assets/frappe/node_modules", "private/files"):
			for root in ("/", "%2f", "%252f", "//", "/%2f", "%5c", "file:///", "C:%5c", "C:/"):
				self.assert_hidden(f"/{folder}/{root}etc/passwd")
				self.assert_hidden(f"/{folder}/{root}{str(self.site).lstrip('/')}/site_config.json")
		for target in (
			f"//{self.site}/site_config.json",
			"http://localhost/files//etc/passwd",
			"/%2fetc%2fpasswd",
		):
			self.assert_hidden(target)

	def test_a_nul_ends_no_name(self):
		for target in ("/files/..%2f..%2fsite_config.json%00.png", "/files/%00", "/%00", "/assets/%00/x"):
			self.assert_hidden(target)

	def test_no_link_leads_out(self):
		for folder in ("/files", "/private/files"):
			for path in ("out", "relative", "folder/site_config.json", "folder/private/backups/"):
				self.assert_hidden(f"{folder}/{self.mark}-{path}")
		self.assert_hidden(f"/files/{self.mark}-folder/private/backups/{self.mark}.sql.gz")

	def test_no_other_site_is_reached_by_its_name(self):
		for site in ("..", f"../{self.site.parent.name}", f"{frappe.local.site}/../..", "assets", "/etc", ""):
			self.assert_hidden(f"/files/{self.mark}.html", X_Frappe_Site_Name=site)

	def test_a_page_of_an_app_is_no_way_out_either(self):
		"""Frappe's website joins the address to the app's folder as well."""
		dump = f"sites/{frappe.local.site}/private/backups/{self.mark}.sql.gz"
		for up in ("../", "%2e%2e/", "..%2f"):
			self.assert_hidden(f"/{up * 4}{dump}")
			self.assert_hidden(f"/x/{up * 5}{dump}")
			self.assert_hidden(f"/backups/{up * 2}site_config.json")

	def test_a_folder_is_not_listed(self):
		for target in ("/files/", "/files", "/files/.", "/assets/", "/assets/frappe", "/assets/frappe/"):
			self.assert_hidden(target)

	def test_what_lies_in_the_folder_is_served(self):
		name = f"/files/{self.mark}%20%E7%85%A7%E7%89%87.txt"
		answer = self.ask(name)
		self.assertEqual((answer.status, answer.body), (200, b"0123456789"))
		self.assertIn("max-age=", answer.headers["Cache-Control"])
		again = self.ask(name, If_None_Match=answer.headers["ETag"])
		self.assertEqual((again.status, again.body), (304, b""))
		part = self.ask(name, Range="bytes=2-4")
		self.assertEqual((part.status, part.body), (206, b"234"))
		self.assertEqual(part.headers["Content-Range"], "bytes 2-4/10")
		self.assertEqual(self.ask(name, Range="bytes=90-99").status, 416)
		self.assertEqual(self.ask(name, "HEAD").body, b"")
		self.assertEqual(self.ask(name, "POST", Content_Length="0").status, 405)

	def test_the_assets_are_served_through_bench_s_links(self):
		for path in ("assets.json", "agency_crm/images/agency.svg", "frappe/images/frappe-favicon.svg"):
			answer = self.ask(f"/assets/{path}")
			self.assertEqual((answer.status, answer.body), (200, Path("assets", path).read_bytes()), path)
		scanner = "frappe/node_modules/html5-qrcode/html5-qrcode.min.js"
		self.assertEqual(
			self.ask(f"/assets/{scanner}").status, 200 if os.path.exists(f"assets/{scanner}") else 404
		)
