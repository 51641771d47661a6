"""Pages and scripts uploaded as public files: refused by every way in, over HTTP."""

import base64
import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import frappe
import requests
from frappe.email.receive import InboundMail
from PIL import Image

from agency_crm.tests import factory
from agency_crm.tests.cases.enquiries import PNG
from agency_crm.tests.cases.http import AgencyHTTPCase, Browser

HTML = "<script>alert(document.domain)</script>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
# by their names, whatever is in them
NAMES = (
	"a.html",
	"a.HTM",
	"a.xhtml",
	"a.svg",
	"a.svgz",
	"a.xml",
	"a.xsl",
	"a.js",
	"a.mjs",
	"a.html.",
	"a.html ",
)
# by what is in them, whatever they are called
CONTENTS = (
	HTML,
	SVG,
	f"\n\t <!-- -->{HTML}",
	f"<!doctype html><p>{HTML}",
	f'<?xml version="1.0"?>{SVG}',
	f"\ufeff{HTML}",
	HTML.encode("utf-16"),
)
REFUSED = 417
FORM = "frappe.website.doctype.web_form.web_form.accept"
FORM_FIELDS = {"first_name": "Data", "image": "Attach Image"}


class TestUploads(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		website_user = factory.make_user(user_type="Website User")
		cls.guests = Browser(cls.server, cls.token(website_user.name))
		for function in ("frappe.client.insert_many", "frappe.core.api.file.unzip_file", FORM):
			cls.open_at_the_gate(function)
		cls.ann, cls.mark = cls.people["ann"], frappe.generate_hash(length=10)

	def setUp(self):
		super().setUp()
		self.folder = Path(frappe.get_site_path("public", "files"))
		self.before = self.state()

	def state(self) -> tuple:
		frappe.db.rollback()  # to see what the server wrote
		return frappe.db.count("File", {"is_private": 0}), sorted(self.folder.iterdir())

	def assert_refused(self, answer: requests.Response):
		self.assertEqual(answer.status_code, REFUSED, answer.text[-500:])
		self.assertIn("public file", answer.json()["_server_messages"])
		self.assertEqual(self.state(), self.before)

	def file(self, name: str, content: str | bytes = "1", **fields) -> dict:
		content = content.encode() if isinstance(content, str) else content
		encoded = base64.b64encode(content).decode()
		return {"file_name": f"{self.mark}{name}", "content": encoded, "decode": 1, "is_private": 0, **fields}

	def store(self, name: str, content: str | bytes, is_private: int) -> dict:
		answer = self.ann.resource("POST", "File", json=self.file(name, content, is_private=is_private))
		self.assertEqual(answer.status_code, 200, answer.text[-500:])
		self.before = self.state()
		return answer.json()["data"]

	def test_nobody_stores_one_over_rest(self):
		for name in NAMES:
			with self.subTest(name):
				self.assert_refused(self.ann.resource("POST", "File", json=self.file(name)))
		for content in CONTENTS:
			for name in ("a.txt", "a.png", "a"):
				with self.subTest(content, name=name):
					self.assert_refused(self.ann.resource("POST", "File", json=self.file(name, content)))
		plain = {"file_name": f"{self.mark}b.txt", "content": HTML, "is_private": 0}
		self.assert_refused(self.ann.resource("POST", "File", json=plain))

	def test_a_website_user_stores_nothing_over_rest(self):
		answer = self.guests.resource("POST", "File", json=self.file("a.txt"))
		self.assertEqual(answer.status_code, 403, answer.text[-500:])
		self.assertEqual(self.state(), self.before)

	def test_no_other_endpoint_stores_one(self):
		page = {"doctype": "File", **self.file("c.html", HTML)}
		self.assert_refused(self.ann.call("frappe.client.insert", doc=page))
		self.assert_refused(self.ann.call("frappe.client.insert_many", docs=[page]))
		self.assert_refused(self.ann.call("frappe.client.save", doc=page))
		self.assert_refused(self.ann.call("frappe.desk.form.save.savedocs", doc=page, action="Save"))
		for name, content in (("d.svg", SVG), ("d.txt", HTML)):
			sent = {"file": (f"{self.mark}{name}", content)}
			answer = self.ann.ask("POST", "api/method/upload_file", files=sent, data={"is_private": 0})
			self.assert_refused(answer)

	def test_an_archive_brings_none(self):
		packed = io.BytesIO()
		with zipfile.ZipFile(packed, "w") as archive:
			archive.writestr(f"{self.mark}e.html", HTML)
		stored = self.store("e.zip", packed.getvalue(), is_private=0)
		self.assert_refused(self.ann.call("frappe.core.api.file.unzip_file", name=stored["name"]))

	def test_a_form_on_the_website_brings_none(self):
		fields = [{"fieldname": name, "fieldtype": kind} for name, kind in FORM_FIELDS.items()]
		form = {"doctype": "Web Form", "title": self.mark, "doc_type": "Contact", "published": 1}
		form = frappe.get_doc({**form, "module": "Website", "web_form_fields": fields}).insert()
		frappe.db.commit()
		for name, content in (("j.html", "1"), ("j.png", SVG)):
			encoded = base64.b64encode(content.encode()).decode()
			picture = f"{self.mark}{name},data:image/png;base64,{encoded}"
			sent = {"web_form": form.name, "data": json.dumps({"first_name": self.mark, "image": picture})}
			answer = self.ann.call(FORM, **sent)
			self.assert_refused(answer)
			self.assertFalse(frappe.db.exists("Contact", {"first_name": self.mark}))

	def test_a_mail_brings_it_as_a_private_file(self):
		account = frappe.get_doc({"doctype": "Email Account", "email_account_name": self.mark})
		account.update({"email_id": f"{self.mark}@office.example", "password": "x"}).insert()
		mail = EmailMessage()
		mail["From"], mail["To"], mail["Subject"] = "a@b.example", account.email_id, self.mark
		mail.set_content("1")
		mail.add_attachment(HTML.encode(), maintype="image", subtype="png", filename=f"{self.mark}k.html")
		InboundMail(mail.as_bytes(), account).process()
		self.assertEqual(
			frappe.get_all("File", {"file_name": f"{self.mark}k.html"}, ["is_private", "file_url"]),
			[{"is_private": 1, "file_url": f"/private/files/{self.mark}k.html"}],
		)
		frappe.db.rollback()

	def test_a_private_one_is_not_made_public(self):
		for name, content in (("f.html", "1"), ("f.txt", HTML)):
			stored = self.store(name, content, is_private=1)
			self.assert_refused(self.ann.resource("PUT", "File", stored["name"], json={"is_private": 0}))
			change = {"doctype": "File", "name": stored["name"], "fieldname": "is_private", "value": "0"}
			self.assert_refused(self.ann.call("frappe.client.set_value", **change))

	def test_a_public_one_gets_no_other_name_or_address(self):
		stored = self.store("g.txt", "1", is_private=0)
		change = {"file_name": f"{self.mark}g.html"}
		self.assert_refused(self.ann.resource("PUT", "File", stored["name"], json=change))
		old = self.folder / f"{self.mark}old.html"
		old.write_text(HTML)
		self.addCleanup(old.unlink)
		self.before = self.state()
		for address in (f"/files/{old.name}", f"/files/{self.mark}old%2ehtml"):
			answer = self.ann.resource("PUT", "File", stored["name"], json={"file_url": address})
			self.assert_refused(answer)
			row = {"file_name": "h.txt", "file_url": address}
			self.assert_refused(self.ann.resource("POST", "File", json=row))

	def test_a_picture_within_a_text_is_one(self):
		from frappe.core.doctype.file.utils import extract_images_from_html

		data = base64.b64encode(SVG.encode()).decode()
		for kind in ("image/svg+xml", "image/png", "text/html"):
			text = f'<img src="data:{kind};base64,{data}">'
			doc = frappe.get_doc("User", "Administrator")
			with self.assertRaisesRegex(frappe.ValidationError, "public file"):
				extract_images_from_html(doc, text, is_private=False)
		self.assertEqual(self.state(), self.before)

	def all_files(self) -> tuple:
		frappe.db.rollback()  # to see what the server wrote
		private = Path(frappe.get_site_path("private", "files"))
		return frappe.db.count("File"), *(sorted(folder.iterdir()) for folder in (self.folder, private))

	def test_any_photo_is_stored_upright(self):
		"""With no listing's rules: Frappe takes the orientation away with the rest and leaves it on its side."""
		stored = self.store("photo.jpg", factory.phone_photo(), is_private=1)
		kept = Image.open(frappe.get_doc("File", stored["name"]).get_full_path())
		self.assertEqual((kept.size, dict(kept.getexif())), ((40, 60), {}))

	def test_what_is_no_file_is_refused_with_a_sentence(self):
		own = self.store("own.txt", self.mark, is_private=1)["name"]
		before = self.all_files()
		long, picture = "a" * 400, b"\xff\xd8\xffno picture"
		for value in (
			"/files/%00",
			f"/files/{long}",
			"/files/",
			"/files/a/b/c",
			"/files/no.jpg",
			5,
			True,
			"",
		):
			with self.subTest(file_url=value):
				row = {"file_name": "q.txt", "file_url": value}
				self.assert_sentence(self.ann.resource("POST", "File", json=row))
				self.assert_sentence(self.ann.resource("PUT", "File", own, json={"file_url": value}))
				self.assert_sentence(self.ann.ask("POST", "api/method/upload_file", data=row))
		for change in ({"file_name": long}, {"file_name": 5}, {"content": 5}, {"content": ""}):
			with self.subTest(change):
				answer = self.ann.resource("POST", "File", json={**self.file("r.txt"), **change})
				self.assert_sentence(answer)
		gone = {"file_url": f"/private/files/{self.mark}gone.txt", "is_private": 0}
		self.assert_sentence(self.ann.resource("PUT", "File", own, json=gone))
		for content in (b"nothing", picture, factory.picture()[:-200]):
			for data in ({"is_private": 0}, {"is_private": 1, "optimize": 1}):
				with self.subTest(content=content[:9], **data):
					sent = {"file": (f"{self.mark}s.jpg", content)}
					self.assert_sentence(
						self.ann.ask("POST", "api/method/upload_file", files=sent, data=data)
					)
			self.assert_sentence(self.ann.resource("POST", "File", json=self.file("t.jpg", content)))
		self.assertEqual(self.all_files(), before)

	def assert_sentence(self, answer: requests.Response):
		self.assertIn(answer.status_code, (403, REFUSED), answer.text[-500:])
		self.assertIn("message", answer.json()["_server_messages"])

	def test_what_lies_on_the_disk_is_its_files(self):
		"""A folder, a small picture, a hash or a field for a picture, sent by another, opens and deletes nothing."""
		secret = self.store("secret.txt", "TOP SECRET", 1)
		there = Path(frappe.get_site_path(secret["file_url"].lstrip("/")))
		bob, url = self.people["bob"], secret["file_url"]
		user = self.agency.users["bob"]
		folder = {"file_name": self.mark, "is_folder": 1, "is_private": 1, "file_url": url}
		made = bob.resource("POST", "File", json={**folder, "content_hash": "x", "folder": "Home"})
		own = bob.resource("POST", "File", json=self.file("own.txt", "mine", is_private=1, thumbnail_url=url))
		self.assertTrue(own.ok, own.text[-300:])
		mine = own.json()["data"]["name"]
		bob.resource("PUT", "File", mine, json={"thumbnail_url": url, "content_hash": "x"})
		if made.ok:
			name = made.json()["data"]["name"]
			self.assertFalse(made.json()["data"].get("file_url"))
			opened = bob.resource("PUT", "File", name, json={"is_folder": 0, "is_private": 0})
			self.assertEqual(opened.status_code, REFUSED, opened.text[-300:])
			bob.resource("DELETE", "File", name)
		bob.resource("DELETE", "File", mine)
		for doctype, name, values in (
			("User", user, {"user_image": url}),
			("User", user, {"banner_image": url}),
			("Contact", "", {"first_name": "y", "image": url}),
		):
			with self.subTest(doctype, **values):
				answer = bob.resource("PUT" if name else "POST", doctype, name, json=values)
				self.assertEqual(answer.status_code, 403, answer.text[-300:])
		self.assertEqual(bob.ask("GET", url.lstrip("/")).status_code, 403)
		self.assertTrue(there.exists())
		self.assertEqual(self.ann.ask("GET", url.lstrip("/")).text, "TOP SECRET")
		copy = self.ann.resource(
			"POST", "File", json={"file_url": url, "file_name": "c.txt", "is_private": 1}
		)
		name = copy.json()["data"]["name"]
		self.ann.resource("PUT", "File", name, json={"content_hash": "q"})
		self.assertTrue(self.ann.resource("DELETE", "File", name).ok)
		self.assertTrue(there.exists())
		self.before = self.state()

	def test_another_letter_is_another_file(self):
		"""The database's collation holds them for one, and so their readers."""
		secret = self.store("pay.txt", "TOP SECRET", 1)["file_url"]
		bob = self.people["bob"]
		for name in ("PAY.txt", "páy.txt", "pay.txt "):
			with self.subTest(name):
				sent = {"file": (f"{self.mark}{name}", b"mine")}
				bob.ask("POST", "api/method/upload_file", files=sent, data={"is_private": 1})
				self.assertEqual(bob.ask("GET", secret.lstrip("/")).status_code, 403)
				copy = {"file_url": secret, "file_name": "c.txt", "is_private": 1}
				self.assertEqual(bob.resource("POST", "File", json=copy).status_code, 403)
		self.assertEqual(self.ann.ask("GET", secret.lstrip("/")).text, "TOP SECRET")
		self.before = self.state()

	def test_what_is_no_page_is_stored_as_ever(self):
		for name, content in (
			("i.png", PNG),
			("i.csv", "a,<b>c</b>"),
			("i.txt", "1 < 2"),
			("i.pdf", b"%PDF-1.4"),
		):
			self.assertTrue(self.store(name, content, is_private=0)["file_url"].startswith("/files/"))
		self.assertTrue(self.store("i.html", HTML, is_private=1)["file_url"].startswith("/private/files/"))
