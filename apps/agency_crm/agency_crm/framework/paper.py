"""HTML drawn on pages by WeasyPrint, which Frappe brings; and everything Frappe prints where no good wkhtmltopdf is.

Frappe's own prints end in `pdfkit.from_string`, which runs that program. Debian 13 no longer has it, and Debian's of
before is built without the patches to Qt by which it knows headers, footers and margins. There the same HTML and
options (size, margins, a header and a footer on each page) go to WeasyPrint instead.
"""

import gc
import mimetypes
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlparse

import frappe
from bs4 import BeautifulSoup

from agency_crm.framework.folders import find_file

# of Qt's sizes those that CSS has no name for, in mm
SIZES = {
	"C5E": "163mm 229mm",
	"Comm10E": "105mm 241mm",
	"DLE": "110mm 220mm",
	"Executive": "190.5mm 254mm",
	"Folio": "210mm 330mm",
	"Tabloid": "279.4mm 431.8mm",
}
MARGIN = "10mm"  # wkhtmltopdf's, where nothing is said
SIDES = ("top", "right", "bottom", "left")
# a header and a footer stand in the page's margin; Frappe's own template gives them this padding
RUNNING = {"header-html": ("print-header", "top"), "footer-html": ("print-footer", "bottom")}
STYLE = """
.print-header, .print-footer { padding: 15mm 0 5mm }
.print-header .letter-head, .print-footer .letter-head-footer { margin-top: -15mm !important }
.print-header .page::after, .print-footer .page::after { content: counter(page) }
.print-header .topage::after, .print-footer .topage::after { content: counter(pages) }
a[href]::after { content: none !important }
"""
RUN = "".join(f".{name} {{ position: running({name}) }}\n" for name, _side in RUNNING.values())
WIDE = ("table", "img", "svg")
SMALLEST = 2.5  # times a print is drawn smaller, at the most
PIXELS = {"px": 1, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
# a width of a cell, and not its least or most
WIDTH = re.compile(r"(?<![-\w])width:\s*(\d+(?:\.\d+)?)px")
END = '<div id="print-end"></div>'


def draw(html: str) -> bytes:
	"""Return the PDF of a page; pictures and styles come from this site's own public files or not at all."""
	try:
		# hints stay in: to take them out of a Chinese font costs a second
		return _document(html).write_pdf(hinting=True)
	finally:
		forget_fonts()


def _document(html: str):
	from weasyprint import HTML

	# a picture's address is within the site: `/files/…`
	return HTML(string=html, base_url=frappe.utils.get_url(), url_fetcher=fetch_own_file)


def forget_fonts() -> None:
	"""Let go of the fonts of what was drawn: WeasyPrint up to 59 keeps them for good, 95 MB a Chinese print."""
	from weasyprint.pdf.stream import Stream

	if forget := getattr(Stream.add_font, "cache_clear", None):
		forget()
	gc.collect()  # a document is a circle of objects, and Frappe has Python look for circles seldom


def fetch_own_file(url: str) -> dict:
	"""Read a file a page names: inline data, or a public file of this site. Nothing is fetched from a network."""
	from weasyprint import default_url_fetcher

	if url.startswith("data:"):
		return default_url_fetcher(url)
	file = _public_file(unquote(urlparse(url).path))
	if not file:
		raise ValueError(f"not a public file of this site: {url}")
	return {"file_obj": open(file, "rb"), "mime_type": mimetypes.guess_type(file)[0]}


def _public_file(path: str) -> str | None:
	"""Return the file behind `/files/…` or an app's `/assets/APP/…`, None where a path leads elsewhere."""
	if ".." in path.split("/"):
		return None
	place, _slash, rest = path.lstrip("/").partition("/")
	if place == "files":
		return find_file(frappe.get_site_path("public", "files"), rest)
	app, _slash, rest = rest.partition("/")
	return (
		find_file(str(Path(frappe.local.sites_path, "assets", app)), rest)
		if place == "assets" and app
		else None
	)


def has_wkhtmltopdf() -> bool:
	"""Whether the program that Frappe prints by is there, and built with the patches to Qt that headers need."""
	try:
		said = subprocess.run(
			["wkhtmltopdf", "--version"], capture_output=True, check=False, timeout=10
		).stdout
	except (OSError, subprocess.TimeoutExpired):
		return False
	return b"with patched qt" in said


def print_anyway(from_string: Callable, html: str, *args, options: dict | None = None, **kwargs):
	"""Return the PDF of what Frappe prints: by wkhtmltopdf where a good one is there, by WeasyPrint elsewhere."""
	if has_wkhtmltopdf():
		return from_string(html, *args, options=options, **kwargs)
	try:
		return _print(html, options or {})
	finally:
		forget_fonts()


def _print(html: str, options: dict) -> bytes:
	"""Return the PDF of what Frappe prints; where something is wider than the paper, everything is drawn smaller."""
	margins = {side: _length(options.get(f"margin-{side}")) or MARGIN for side in SIDES}
	sheet = Sheet(_size(options), margins)
	document = _document(_on_pages(html, options, sheet)).render()
	excess = max(_excess(page, sheet) for page in document.pages)
	if excess > 1:
		page = document.pages[0]
		document = _document(_on_pages(html, options, sheet.grown(page, excess))).render()
	return document.write_pdf(zoom=1 / excess, hinting=True)


class Sheet(NamedTuple):
	"""A piece of paper: its size and margins as CSS says them."""

	size: str
	margins: dict[str, str]

	def grown(self, page, factor: float) -> "Sheet":
		"""Return a sheet so many times as large as this one, of which a page is there."""
		margins = {side: f"{_pixels(margin) * factor:.2f}px" for side, margin in self.margins.items()}
		return Sheet(f"{page.width * factor:.2f}px {page.height * factor:.2f}px", margins)

	def rules(self, boxes: list[str]) -> str:
		"""Return the sheet as a rule of CSS, with what stands in its margins."""
		around = " ".join(self.margins[side] for side in SIDES)
		return f"@page {{ size: {self.size}; margin: {around}; {' '.join(boxes)} }}"


def _excess(page, sheet: Sheet) -> float:
	"""Return how many times the room between the margins the widest table or picture of a page takes, at least 1."""
	left, right = _pixels(sheet.margins["left"]), _pixels(sheet.margins["right"])
	wide = (box for box in page._page_box.descendants() if box.element_tag in WIDE)
	edge = max((box.position_x + box.margin_width() for box in wide), default=0)
	return min(max((edge - left) / (page.width - left - right), 1), SMALLEST)


def _on_pages(html: str, options: dict, sheet: Sheet) -> str:
	"""Return the HTML with a sheet as styles, and the header and footer of wkhtmltopdf's options on each page."""
	soup = BeautifulSoup(html, "html5lib")
	_share_out(soup)
	margins, boxes = dict(sheet.margins), []
	for option, (name, side) in RUNNING.items():
		if not options.get(option):
			continue
		content = _content(options[option], name)
		if not options.get(f"margin-{side}"):
			margins[side] = _height(soup, content, sheet)
		soup.body.insert(0, content)
		boxes.append(f"@{side}-left {{ content: element({name}); width: 100%; vertical-align: {side} }}")
	_add_style(soup, STYLE + (RUN if boxes else "") + sheet._replace(margins=margins).rules(boxes))
	return str(soup)


def _share_out(soup: BeautifulSoup) -> None:
	"""Let the columns of Frappe's tables share the width there is, as a browser does.

	To WeasyPrint a cell's width is its least, and the last columns would stand beside the paper.
	"""
	for row in soup.select("table.table tr"):
		cells = row.find_all(["th", "td"], recursive=False)
		widths = [WIDTH.search(cell.get("style", "")) for cell in cells]
		if not all(widths):
			continue
		whole = sum(float(width[1]) for width in widths) or 1
		for cell, width in zip(cells, widths, strict=True):
			cell["style"] = WIDTH.sub(f"width: {float(width[1]) / whole:.2%}", cell["style"])


def _content(file: str, name: str):
	"""Return the body of a header or footer that Frappe wrote into a file, as one element of this class."""
	element = BeautifulSoup(Path(file).read_text(encoding="utf-8"), "html5lib").body
	element.name, element.attrs = "div", {"class": name}
	return element


def _size(options: dict) -> str:
	"""Return the paper as CSS says it."""
	name = str(options.get("page-size") or "A4")
	sides = [_length(options.get("page-width")), _length(options.get("page-height"))]
	size = " ".join(sides) if all(sides) else SIZES.get(name, name)
	landscape = str(options.get("orientation")).lower() == "landscape"
	if size[0].isdigit():
		return " ".join(reversed(size.split())) if landscape else size
	return f"{size} landscape" if landscape else size


def _length(value: str | float | None) -> str:
	"""Return a length with its unit, mm where none is said; empty where it is none."""
	said = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(mm|cm|in|px|pt)?", str(value or "").strip())
	return f"{said[1]}{said[2] or 'mm'}" if said else ""


def _pixels(length: str) -> float:
	"""Return a length in CSS pixels."""
	number, unit = re.fullmatch(r"([\d.]+)(\D+)", length).groups()
	return float(number) * PIXELS[unit]


def _height(soup: BeautifulSoup, content, sheet: Sheet) -> str:
	"""Return how high a header or footer is on this paper."""
	beside = sheet.margins | {"top": "0px", "bottom": "0px"}
	head = "".join(map(str, soup.head.contents))
	style = f"{STYLE}body {{ margin: 0 !important }}{sheet._replace(margins=beside).rules([])}"
	whole = f"<html><head>{head}<style>{style}</style></head><body>{content}{END}</body></html>"
	return f"{_document(whole).render().pages[0].anchors['print-end'][1]:.0f}px"


def _add_style(soup: BeautifulSoup, rules: str) -> None:
	style = soup.new_tag("style")
	style.string = rules
	soup.head.append(style)
