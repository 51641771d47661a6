"""What Frappe and ERPNext print themselves, on a machine without wkhtmltopdf, or with one that knows no headers."""

import io
import os
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.utils import pdf as frappe_pdf
from pypdf import PdfReader, PdfWriter

from agency_crm.accounting import invoices
from agency_crm.api.frappe import prints
from agency_crm.framework import paper, pdf
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.money import day
from agency_crm.tests.users import as_user

A4 = (595, 842)
REPEATED = """
<div id="header-html" class="hidden-pdf"><div style="height: 40mm">Letterhead of ours</div></div>
<p>First page</p>
<div style="page-break-before: always">Second page</div>
<div id="footer-html" class="visible-pdf"><p>Page <span class="page"></span> of <span class="topage"></span></p></div>
"""


def make_letter_heads(picture: str = "") -> None:
	"""Two letter heads: the default one, and one to choose instead."""
	for name, is_default in (("Other Head", 1), ("Chosen Head", 0)):
		head = frappe.get_doc(doctype="Letter Head", letter_head_name=name, is_default=is_default).insert()
		content = {"content": f"{name} of {{{{ doc.name }}}} {picture}", "footer": f"<p>Foot of {name}</p>"}
		head.update({"source": "HTML", "footer_source": "HTML", **content}).save()


class PrintsCase(AgencyTestCase):
	"""Frappe prints, and finds no wkhtmltopdf."""

	def setUp(self):
		super().setUp()
		hidden = patch.dict(os.environ, {"PATH": os.path.dirname(sys.executable)})
		hidden.start()
		self.addCleanup(hidden.stop)
		self.assertFalse(paper.has_wkhtmltopdf())

	def pages(self, body: str, style: str = "", options: dict | None = None) -> list:
		html = f"<html><head><style>{style}</style></head><body>{body}</body></html>"
		return PdfReader(io.BytesIO(frappe_pdf.get_pdf(html, options))).pages

	def places(self, page) -> dict[str, tuple[float, float]]:
		"""Each text of a page -> how far it is from the left and from below, in points."""
		found = {}

		def look(text, page_matrix, matrix, _font, _size):
			across, down, (a, b, c, d, e, f) = matrix[4], matrix[5], page_matrix
			found.setdefault(text.strip(), (across * a + down * c + e, across * b + down * d + f))

		page.extract_text(visitor_text=look)
		return found

	def size(self, page) -> tuple[int, int]:
		return round(float(page.mediabox.width)), round(float(page.mediabox.height))


class InvoiceCase(PrintsCase):
	def invoice(self):
		deal = factory.make_deal(signed_on=day(3, 3))
		factory.make_fee(deal, basis="Amount", rate=0, amount=70000)
		deal.db_set("docstatus", 1)
		(name,) = invoices.bill_deal(deal)
		return frappe.get_doc("Sales Invoice", name)

	def tearDown(self):
		super().tearDown()
		frappe.flags.agency_marks = None


class TestERPNextPrints(InvoiceCase):
	def test_a_sales_invoice_comes_out_with_its_text(self):
		invoice = self.invoice()
		frappe.db.set_single_value("Print Settings", "repeat_header_footer", 1)
		make_letter_heads()
		letter = {"letterhead": "Chosen Head", "as_pdf": True}
		pages = PdfReader(io.BytesIO(frappe.get_print("Sales Invoice", invoice.name, **letter))).pages
		text = " ".join(page.extract_text() for page in pages)
		head = (f"Chosen Head of {invoice.name}", "Foot of Chosen Head")
		for said in (*head, invoice.customer_name, "70,000.00", f"Page 1 of {len(pages)}"):
			self.assertIn(said, " ".join(text.split()))
		self.assertEqual(self.size(pages[0]), A4)

	def test_several_in_one_file_and_one_with_a_password(self):
		invoice = self.invoice()
		output = PdfWriter()
		for _copy in range(2):
			frappe.get_print("Sales Invoice", invoice.name, as_pdf=True, output=output)
		self.assertGreaterEqual(len(output.pages), 2)
		locked = frappe.get_print("Sales Invoice", invoice.name, as_pdf=True, password="secret")
		reader = PdfReader(io.BytesIO(locked))
		self.assertTrue(reader.is_encrypted)
		self.assertTrue(reader.decrypt("secret"))

	def test_several_records_come_out_in_one_file_from_their_list(self):
		names = frappe.as_json([self.invoice().name, self.invoice().name])
		prints.download_multi_pdf("Sales Invoice", names)
		self.addCleanup(frappe.local.response.clear)
		self.assertGreaterEqual(len(PdfReader(io.BytesIO(frappe.local.response.filecontent)).pages), 2)


class TestLetterHead(PrintsCase):
	def setUp(self):
		super().setUp()
		self.image = frappe.get_doc(
			doctype="File", file_name="head.jpg", is_private=0, content=factory.picture()
		).insert()
		self.addCleanup(self.image.delete_file_from_filesystem)
		make_letter_heads(f'<img src="{self.image.file_url}">')

	def prints(self) -> dict:
		"""DocType -> a record of it that one of our formats prints."""
		listing = factory.make_listing("Live", owners=[{"client": factory.make_client(is_seller=1).name}])
		agent = factory.make_agent().name
		handover = {"name": "CH-1", "from_agent": agent, "to_agents": [{"agent": agent}]}
		statement = {"name": "CS-1", "agent": agent, "month": "2026-03-01"}
		return {
			"Listing": listing,
			"Listing Mandate": factory.make_mandate(listing.name, agent=agent),
			"Viewing": factory.make_viewing(listing.name, agent=agent),
			"Client Handover": frappe.get_doc(doctype="Client Handover", **handover),
			"Commission Statement": frappe.get_doc(doctype="Commission Statement", **statement),
		}

	def test_it_stands_on_each_print_of_ours(self):
		docs = self.prints()
		ours = frappe.get_all("Print Format", {"module": "Agency CRM"}, ["name", "doc_type"])
		self.assertEqual({row.doc_type for row in ours}, docs.keys())
		for row in ours:
			doc = docs[row.doc_type]
			html = frappe.get_print(doc.doctype, doc.name, row.name, doc=doc, letterhead="Chosen Head")
			for said in (f"Chosen Head of {doc.name}", "Foot of Chosen Head", self.image.file_url):
				self.assertIn(said, pdf.agency_pages(html), row.name)
			plain = frappe.get_print(doc.doctype, doc.name, row.name, doc=doc, no_letterhead=1)
			self.assertNotIn("Chosen Head", plain, row.name)

	def test_its_picture_is_in_the_file(self):
		page = f'<div class="{pdf.PAGE_CLASS}"><img src="{self.image.file_url}"></div>'
		self.assertTrue(PdfReader(io.BytesIO(frappe_pdf.get_pdf(page))).pages[0].images)


class TestWhoMakesLetterHeads(PrintsCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.administrator = factory.make_user("Agency Administrator").name

	def picture(self):
		content = {"file_name": "ours.jpg", "is_private": 0, "content": factory.picture()}
		image = frappe.get_doc(doctype="File", **content).insert()
		self.addCleanup(image.delete_file_from_filesystem)
		return image

	def head(self, **fields):
		return frappe.get_doc(doctype="Letter Head", letter_head_name="Office", source="Image", **fields)

	def test_the_administrator_gives_the_prints_a_picture(self):
		listing = factory.make_listing("Live")
		with as_user(self.administrator):
			head = self.head(image=self.picture().file_url, is_default=1).insert()
			head.update({"footer_source": "HTML", "footer": "<p>望京路 1 号</p>"}).save()
			page = frappe.get_print("Listing", listing.name, "Listing Sheet", as_pdf=True)
		reader = PdfReader(io.BytesIO(page))
		self.assertTrue(reader.pages[0].images)
		self.assertIn("望京路", "".join(page.extract_text() for page in reader.pages))
		for role in ("Agency Agent", "Agency Store Manager", "Agency Accountant"):
			with as_user(factory.make_user(role).name), self.assertRaises(frappe.PermissionError):
				head.save()

	def test_no_template_and_no_script(self):
		"""They would read what the administrator may not, for everybody who prints."""
		with as_user(self.administrator):
			head = self.head(image=self.picture().file_url).insert()
			for fields in (
				{"source": "HTML", "content": "<p>{{ frappe.db.get_value('User', 'x', 'email') }}</p>"},
				{"source": "HTML", "content": "{% set x = 1 %}"},
				{"footer_source": "HTML", "footer": "{{ doc.name }}"},
				# Frappe takes out the tags, and the braces meet
				{"source": "HTML", "content": "<p>{</>{ 7*7 }} {<body>{ 7*7 }}</p>"},
				{"footer_source": "HTML", "footer": "{</html>{ 7*7 }} {<tr>% set x = 1 %}"},
				{"source": "HTML", "header_script": "alert(1)"},
				{"footer_script": "alert(1)"},
				{"image": "/files/{{ 7*7 }}.png"},
			):
				frappe.db.savepoint("agency_head")
				with self.subTest(**fields), self.assertRaises(frappe.PermissionError):
					head.reload().update(fields).save()
				frappe.db.rollback(save_point="agency_head")  # as a request's end does
		theirs = head.reload().update({"source": "HTML", "content": "<p>{{ doc.name }}</p>"}).save()
		with as_user(self.administrator):
			theirs.update({"image_width": 200}).save()
		self.assertIn("{{", theirs.content)


class TestPages(PrintsCase):
	def test_header_and_footer_stand_on_each_page_and_push_the_text_down(self):
		pages = self.pages(REPEATED)
		self.assertEqual(len(pages), 2)
		for number, (page, said) in enumerate(zip(pages, ("First page", "Second page"), strict=True), 1):
			text = " ".join(page.extract_text().split())
			for expected in ("Letterhead of ours", said, f"Page {number} of 2"):
				self.assertIn(expected, text)
		# 40 mm of header and the 20 mm that Frappe's template gives it are 170 points
		self.assertLess(self.places(pages[0])["First page"][1], A4[1] - 170)

	def test_nothing_stands_beside_the_paper(self):
		"""Columns share the width as in a browser; what is still too wide is drawn smaller."""
		for columns, size in ((7, "column"), (20, "unbreakable")):
			cells = "".join(f'<th style="width: 150px;">{size}{number}</th>' for number in range(columns))
			pages = self.pages(f'<table class="table" style="width: 100%"><tr>{cells}</tr></table>')
			self.assertEqual([self.size(page) for page in pages], [A4])
			rightmost = max(across for across, _down in self.places(pages[0]).values())
			self.assertLess(rightmost, A4[0] - 60, size)

	def test_paper_and_direction_are_those_asked_for(self):
		self.assertEqual(self.size(self.pages("x")[0]), A4)
		self.assertEqual(self.size(self.pages("x", options={"orientation": "Landscape"})[0]), A4[::-1])
		small = self.pages("x", ".print-format { page-width: 100mm; page-height: 50mm; }")
		self.assertEqual(self.size(small[0]), (283, 142))
		label = {"page-size": "Custom", "page-width": "50", "page-height": 40}
		self.assertEqual(self.size(self.pages("x", options=label)[0]), (142, 113))
		self.assertEqual(self.size(self.pages("x", options={"page-size": "Executive"})[0]), (540, 720))

	def test_the_desk_hears_that_prints_come_out_well(self):
		ours = frappe.get_hooks("override_whitelisted_methods")["frappe.utils.pdf.is_wkhtmltopdf_valid"][-1]
		self.assertTrue(frappe.get_attr(ours)())


class TestWhichProgramPrints(PrintsCase):
	def install(self, version: str) -> None:
		"""Put a wkhtmltopdf into the path that names its version and draws nothing."""
		folder = tempfile.TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		program = Path(folder.name, "wkhtmltopdf")
		program.write_text(f"#!/bin/sh\n[ \"$1\" = --version ] && echo '{version}'\n", encoding="utf-8")
		program.chmod(0o755)
		there = patch.dict(os.environ, {"PATH": f"{folder.name}{os.pathsep}{os.environ['PATH']}"})
		there.start()
		self.addCleanup(there.stop)

	def test_debian_s_own_knows_no_headers_and_isn_t_used(self):
		self.install("wkhtmltopdf 0.12.6")
		self.assertFalse(paper.has_wkhtmltopdf())
		text = " ".join(self.pages(REPEATED)[1].extract_text().split())
		for said in ("Letterhead of ours", "Second page", "Page 2 of 2"):
			self.assertIn(said, text)
		ours = frappe.get_hooks("override_whitelisted_methods")["frappe.utils.pdf.is_wkhtmltopdf_valid"][-1]
		self.assertTrue(frappe.get_attr(ours)())

	def test_the_one_with_the_patches_prints(self):
		self.install("wkhtmltopdf 0.12.6.1 (with patched qt)")
		self.assertTrue(paper.has_wkhtmltopdf())


class TestOwnFiles(AgencyTestCase):
	def test_styles_and_pictures_are_this_site_s_public_ones(self):
		style = frappe.utils.jinja_globals.bundled_asset("print.bundle.css")
		self.assertEqual(paper.fetch_own_file(f"https://any.example{style}")["mime_type"], "text/css")

	def test_nothing_else_is_read(self):
		private = frappe.get_doc(doctype="File", file_name="kept.txt", is_private=1, content="kept").insert()
		self.addCleanup(private.delete_file_from_filesystem)
		for path in (
			*("/assets/../common_site_config.json", "/assets/%2e%2e/common_site_config.json"),
			*("/files/../../site_config.json", "/assets/frappe/../../../common_site_config.json"),
			*(private.file_url, "/files/none.png", "/etc/passwd", "", "/assets", "/files"),
		):
			for url in (f"http://127.0.0.1{path}", f"file://{path}"):
				with self.assertRaises(ValueError, msg=url):
					paper.fetch_own_file(url)
