"""Uploads that a browser would run as a page or script of this site: they may be private, never public."""

import codecs
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.core.doctype.file.utils import decode_file_content
from frappe.utils import cint, escape_html, get_url

from agency_crm.framework.folders import FILES, PRIVATE_FILES, find_file

ENDINGS = frozenset(
	"htm html shtml xht xhtml mht mhtml hta svg svgz xml xsl xslt xsd xul rdf rss atom mathml mml "
	"js mjs cjs jsx ts es ecma vbs swf".split()
)
# how a page begins, as browsers look for it, and how XML and SVG do
BEGINNING = re.compile(
	rb"<(\?xml|!--|!doctype|(svg|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p"
	rb"|meta|link|object|embed|form|base|img|math|template|xsl:\w+)(?=[\s>/]))",
	re.IGNORECASE,
)
WATCHED = ("file_name", "file_url", "is_private")
LOOKED_AT = 1024  # bytes, as browsers do


def refuse_public_page(file) -> None:
	"""Refuse a new public File, or one that becomes public or gets another name, that is a page or a script.

	Its name and address are looked at, and the content that it brings or that lies at its address.

	Raises:
		ValidationError: it is one.
	"""
	if file.is_folder or not _is_public(file):
		return
	if not file.is_new() and not any(file.has_value_changed(field) for field in WATCHED):
		return
	names = (file.file_name or "", _path(file))
	if any(is_page_by_name(name) for name in names) or is_page(_beginning(file)):
		frappe.throw(
			_(
				"{0} can't be a public file: a page or script that people upload could act for whoever opens it."
				" Make it private, or upload it in another format."
			).format(frappe.bold(escape_html(file.file_name or file.file_url or ""))),
			title=_("Not Uploaded"),
		)


def is_page_by_name(name: str) -> bool:
	"""Whether a name ends as a page, drawing or script does that browsers run."""
	return PurePosixPath(name.strip(". \t")).suffix[1:].strip().lower() in ENDINGS


def is_page(content: bytes) -> bool:
	"""Whether a content begins as a page, an SVG drawing or another XML does, in any encoding browsers know."""
	if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
		content = content.decode("utf-16", "ignore").encode()
	return bool(BEGINNING.match(content.removeprefix(codecs.BOM_UTF8).lstrip(b"\0\t\n\x0b\x0c\r ")))


def _path(file) -> str:
	"""The address within the site, as Frappe is going to store it."""
	return unquote(file.file_url or "").removeprefix(get_url())


def _is_public(file) -> bool:
	"""Whether it is, or becomes, public: of a new one its address says so, as in Frappe."""
	path = _path(file)
	if file.is_new() and path:
		return path.startswith(FILES)
	return not cint(file.is_private) or path.startswith(FILES)


def _beginning(file) -> bytes:
	if file.content:
		content = decode_file_content(file.content) if file.decode else file.content
		return (content.encode() if isinstance(content, str) else content)[:LOOKED_AT]
	path = _path(file)
	for prefix, folder in ((FILES, "public"), (PRIVATE_FILES, "private")):
		if path.startswith(prefix):
			stored = find_file(frappe.get_site_path(folder, "files"), path.removeprefix(prefix))
			return _read(Path(stored)) if stored else b""
	return b""


def _read(path: Path) -> bytes:
	with path.open("rb") as stored:
		return stored.read(LOOKED_AT)
