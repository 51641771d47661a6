"""Refuse uploads that are no files; a file that browsers run as a page or script is never public."""

import codecs
import mimetypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.core.doctype.file.utils import decode_file_content
from frappe.utils import cint, cstr, escape_html, get_url

from agency_crm.domain.errors import DomainError
from agency_crm.framework import pictures
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
LONGEST = 200  # bytes of a name: a disk takes 255, and Frappe adds to it


def check(file) -> None:
	"""Refuse a File that is new, or gets another name or address, where these can't be a file's.

	Raises:
		ValidationError: a name, address or content that is no text, is too long, or names nothing of this site's.
	"""
	if file.is_folder or not (file.is_new() or any(file.has_value_changed(field) for field in WATCHED)):
		return
	for value, kinds in ((file.file_name, str), (file.file_url, str), (file.content, str | bytes)):
		if not isinstance(value or "", kinds):
			_refuse(value, _("{0} is no text: send name, address and content of a file as text."))
	for name in (file.file_name or "", *_path(file).split("/")):
		if "\0" in name or len(name.encode()) > LONGEST:
			_refuse(name, _("{0} can't be the name of a file: give it a shorter one, of letters."))
	if not file.content:
		_check_address(file)


def keep_what_is_found(file) -> None:
	"""Take nothing of a File from whoever sends it that Frappe finds out itself: its hash, its small picture.

	A folder stays one, and has nothing on the disk. Raises ValidationError where it is to become a file, or a file one.
	"""
	if file.is_new():
		file.content_hash = file.thumbnail_url = None
	else:
		kept = frappe.db.get_value("File", file.name, ["is_folder", "thumbnail_url"], as_dict=True)
		file.thumbnail_url = kept.thumbnail_url
		if cint(kept.is_folder) != cint(file.is_folder):
			_refuse(file.file_name, _("{0} stays what it is, a file or a folder."))
	if file.is_folder:
		file.file_url, file.is_private = None, 0


def is_needed_by_others(file) -> bool:
	"""Whether another File uses the same content on disk, whatever its hash says; a folder has none."""
	others = {"file_url": file.file_url, "name": ("!=", file.name)}
	return bool(file.is_folder or (file.file_url and frappe.db.exists("File", others)))


@contextmanager
def explained(file) -> Iterator[None]:
	"""Say of a file that can't be stored what is wrong with it: Frappe raises errors of the machine there.

	Raises:
		ValidationError: in place of these.
	"""
	try:
		yield
	except frappe.ValidationError:
		raise
	except Exception as error:
		if _is_broken_picture(file):
			_refuse(
				file.file_name, _("{0} is no picture, or a damaged one. Save it anew and upload it again.")
			)
		if isinstance(error, OSError) and error.errno is None:
			raise frappe.ValidationError(error) from error  # Frappe's own words, which it has told already
		raise


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


def _refuse(value, message: str) -> None:
	shown = frappe.bold(escape_html(cstr(value)[:140]))
	frappe.throw(message.format(shown), title=_("Not Uploaded"))


def _check_address(file) -> None:
	"""A file without content lies at its address."""
	path = _path(file)
	if not path:
		_refuse(file.file_name, _("{0} is empty: choose a file with something in it."))
	for prefix, folder in ((FILES, "public"), (PRIVATE_FILES, "private")):
		place = frappe.get_site_path(folder, "files")
		if path.startswith(prefix) and not find_file(place, path.removeprefix(prefix)):
			_refuse(path, _("There is no file at {0}."))


def _is_broken_picture(file) -> bool:
	if not cstr(mimetypes.guess_type(file.file_name or "")[0]).startswith("image/") or not file.content:
		return False
	try:
		content = file.get_content()
		pictures.thumbnail(content.encode() if isinstance(content, str) else content)
	except DomainError:
		return True
	return False


def _path(file) -> str:
	"""The address within the site, as Frappe is going to store it."""
	return unquote(file.file_url or "").removeprefix(get_url())


def _is_public(file) -> bool:
	"""Whether the file is or becomes public; a new one's address says so, as in Frappe."""
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
