"""Our print formats as PDF pages.

Frappe 15 has no hook for the PDF engine: the Desk, multi-print, e-mail, Notification and Auto Repeat all end in
`frappe.utils.pdf.get_pdf`. It is wrapped (framework/wraps.py); HTML that holds our pages goes to WeasyPrint, which Frappe
brings and which knows page numbers and running footers, and everything else to the original.
"""

import io
from collections.abc import Callable

import frappe.utils.pdf as frappe_pdf
from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter

from agency_crm.framework import paper

PAGE_CLASS = "agency-page"


def use_weasyprint(get_pdf: Callable, html, options=None, output: PdfWriter | None = None):
	"""Return the PDF of a printed document, or append it to `output`: our pages by WeasyPrint, others by Frappe."""
	pages = agency_pages(html)
	if not pages:
		return get_pdf(html, options=options, output=output)
	return finish(paper.draw(f"<html><body>{pages}</body></html>"), (options or {}).get("password"), output)


def agency_pages(html: str) -> str:
	"""Return the markup of our pages in a printed document, without Frappe's frame and styles; empty where none."""
	if PAGE_CLASS not in html:
		return ""
	return "\n".join(str(page) for page in BeautifulSoup(html, "html5lib").select(f".{PAGE_CLASS}"))


def finish(pdf: bytes, password: str | None, output: PdfWriter | None) -> bytes | PdfWriter:
	"""Append the pages to a multi-print, or encrypt them, as Frappe's own function does."""
	reader = PdfReader(io.BytesIO(pdf))
	if output is not None:
		output.append_pages_from_reader(reader)
		return output
	if not password:
		return pdf
	writer = PdfWriter()
	writer.append_pages_from_reader(reader)
	writer.encrypt(password)
	return frappe_pdf.get_file_data_from_writer(writer)
