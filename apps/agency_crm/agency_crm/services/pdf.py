"""Our print formats as PDF pages.

Frappe 15 has no hook for the PDF engine: the Desk, multi-print, e-mail, Notification and Auto Repeat all end in
`frappe.utils.pdf.get_pdf`. It is wrapped (framework/wraps.py); HTML that holds our pages goes to WeasyPrint, which Frappe
brings and which knows page numbers and running footers, and everything else to the original.
"""

import gc
import io
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlparse

import frappe
import frappe.utils.pdf as frappe_pdf
from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter

PAGE_CLASS = "agency-page"


def use_weasyprint(get_pdf: Callable, html, options=None, output: PdfWriter | None = None):
	"""Return the PDF of a printed document, or append it to `output`: our pages by WeasyPrint, others by Frappe."""
	pages = agency_pages(html)
	if not pages:
		return get_pdf(html, options=options, output=output)
	return finish(render(pages), (options or {}).get("password"), output)


def agency_pages(html: str) -> str:
	"""Return the markup of our pages in a printed document, without Frappe's frame and styles; empty where none."""
	if PAGE_CLASS not in html:
		return ""
	return "\n".join(str(page) for page in BeautifulSoup(html, "html5lib").select(f".{PAGE_CLASS}"))


def render(pages: str) -> bytes:
	"""Return the PDF of our pages; pictures come from this site's own files or not at all."""
	from weasyprint import HTML

	document = HTML(string=f"<html><body>{pages}</body></html>", url_fetcher=fetch_own_file)
	try:
		# hints stay in: to take them out of a Chinese font costs a second
		return document.write_pdf(hinting=True)
	finally:
		forget_fonts()


def forget_fonts() -> None:
	"""Let go of the fonts of what was drawn: WeasyPrint up to 59 keeps them for good, 95 MB a Chinese print."""
	from weasyprint.pdf.stream import Stream

	if forget := getattr(Stream.add_font, "cache_clear", None):
		forget()
	gc.collect()  # a document is a circle of objects, and Frappe has Python look for circles seldom


def fetch_own_file(url: str) -> dict:
	"""Read a picture a page names: inline data, or a public file of this site. Nothing is fetched from a network."""
	from weasyprint import default_url_fetcher

	if url.startswith("data:"):
		return default_url_fetcher(url)
	public = Path(frappe.get_site_path("public")).resolve()
	path = (public / unquote(urlparse(url).path).lstrip("/")).resolve()
	if not path.is_relative_to(public / "files") or not path.is_file():
		raise ValueError(f"not a public file of this site: {url}")
	return {"file_obj": path.open("rb")}


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
