"""HTML drawn on pages by WeasyPrint, which Frappe brings; and everything Frappe prints where wkhtmltopdf isn't there.

Frappe's own prints end in `pdfkit.from_string`, which runs that program. Debian 13 no longer has it. Here the same
HTML and options (size, margins, a header and a footer on each page) go to WeasyPrint instead.
"""

import gc
import mimetypes
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlparse

import frappe
from bs4 import BeautifulSoup

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

	return HTML(string=html, url_fetcher=fetch_own_file)


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
	path = _public_file(unquote(urlparse(url).path))
	if not path or not path.is_file():
		raise ValueError(f"not a public file of this site: {url}")
	return {"file_obj": path.open("rb"), "mime_type": mimetypes.guess_type(path)[0]}


def _public_file(path: str) -> Path | None:
	"""Return the file behind `/files/…` or an app's `/assets/APP/…`, None where a path leads elsewhere."""
	parts = Path(path.lstrip("/")).parts
	place, name, *rest = [*parts, "", ""]
	if ".." in parts:
		return None
	if place == "files":
		folder, rest = Path(frappe.get_site_path("public", "files")), [name, *rest]
	elif place == "assets":
		folder = Path(frappe.local.sites_path, "assets", name)
	else:
		return None
	file = folder.joinpath(*rest).resolve()
	return file if file.is_relative_to(folder.resolve()) else None


def has_wkhtmltopdf() -> bool:
	"""Whether the program that Frappe prints by is there."""
	return bool(shutil.which("wkhtmltopdf"))


def print_anyway(from_string: Callable, html: str, *args, options: dict | None = None, **kwargs):
	"""Return the PDF of what Frappe prints: by wkhtmltopdf where it is there, by WeasyPrint elsewhere."""
	if has_wkhtmltopdf():
		return from_string(html, *args, options=options, **kwargs)
	return draw(_on_pages(html, options or {}))


def _on_pages(html: str, options: dict) -> str:
	"""Return the HTML with the options of wkhtmltopdf as styles, its header and footer as running elements."""
	soup = BeautifulSoup(html, "html5lib")
	margins = {side: _length(options.get(f"margin-{side}")) or MARGIN for side in SIDES}
	boxes = []
	for option, (name, side) in RUNNING.items():
		if not options.get(option):
			continue
		content = _content(options[option], name)
		if not options.get(f"margin-{side}"):
			margins[side] = _height(soup, content, options, margins)
		soup.body.insert(0, content)
		boxes.append(_running(name, side))
	_add_style(soup, STYLE + _page(options, margins, boxes))
	return str(soup)


def _content(file: str, name: str):
	"""Return the body of a header or footer that Frappe wrote into a file, as one element of this class."""
	element = BeautifulSoup(Path(file).read_text(encoding="utf-8"), "html5lib").body
	element.name, element.attrs = "div", {"class": name}
	return element


def _running(name: str, side: str) -> str:
	return f"@{side}-left {{ content: element({name}); width: 100%; vertical-align: {side} }}"


def _page(options: dict, margins: dict[str, str], boxes: list[str]) -> str:
	around = " ".join(margins[side] for side in SIDES)
	running = "".join(f".{name} {{ position: running({name}) }}\n" for name, _side in RUNNING.values())
	rules = f"size: {_size(options)}; margin: {around}; {' '.join(boxes)}"
	return f"{running if boxes else ''}@page {{ {rules} }}"


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


def _height(soup: BeautifulSoup, content, options: dict, margins: dict[str, str]) -> str:
	"""Return how high a header or footer is on this paper."""
	beside = {side: margins[side] if side in ("left", "right") else "0" for side in SIDES}
	head = "".join(map(str, soup.head.contents))
	style = f"<style>{STYLE}body {{ margin: 0 !important }}{_page(options, beside, [])}</style>"
	page = _document(f"<html><head>{head}{style}</head><body>{content}{END}</body></html>").render().pages[0]
	return f"{page.anchors['print-end'][1]:.0f}px"


def _add_style(soup: BeautifulSoup, rules: str) -> None:
	style = soup.new_tag("style")
	style.string = rules
	soup.head.append(style)
