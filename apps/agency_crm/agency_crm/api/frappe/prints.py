"""Prints: of one record, as a form shows it, and of several in one file."""

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.permissions import SYSTEM_USER_ROLE
from frappe.utils import print_format as prints
from frappe.www import printview

from agency_crm.api.arguments import read_json

SIZES = ("page-size", "page-height", "page-width", "orientation")


@frappe.whitelist()
def download_multi_pdf(
	doctype: str | dict,
	name: str | list,
	format: str | None = None,
	no_letterhead: bool | str = False,
	letterhead: str | None = None,
	options: str | dict | None = None,
) -> None:
	"""Print several records in a size; what else a request says to the PDF engine is left out."""
	for of, one in _records(doctype, name):
		frappe.has_permission(of, "print", doc=one, throw=True)
	return prints.download_multi_pdf(doctype, name, format, no_letterhead, letterhead, _size(options))


@frappe.whitelist()
def download_multi_pdf_async(
	doctype: str | dict,
	name: str | list,
	format: str | None = None,
	no_letterhead: bool | str = False,
	letterhead: str | None = None,
	options: str | dict | None = None,
) -> dict:
	"""Print them in the background."""
	for of, one in _records(doctype, name):
		frappe.has_permission(of, "print", doc=one, throw=True)
	return prints.download_multi_pdf_async(doctype, name, format, no_letterhead, letterhead, _size(options))


@frappe.whitelist()
def is_wkhtmltopdf_valid() -> bool:
	"""Whether prints come out well: they do, for one that isn't good isn't used (framework/paper.py)."""
	frappe.only_for(SYSTEM_USER_ROLE)
	return True


def _records(doctype: str | dict, name: str | list) -> Iterator[tuple[str, str]]:
	"""Yield DocType and name of each record; a request names several DocTypes as one argument."""
	given = doctype if isinstance(doctype, dict) else {doctype: frappe.parse_json(name)}
	for of, names in given.items():
		yield from ((of, one) for one in names)


def _size(options: str | dict | None) -> str | None:
	given = frappe.parse_json(options)
	if not isinstance(given, dict):
		return None
	return frappe.as_json({key: value for key, value in given.items() if key in SIZES})


@frappe.whitelist()
def get_print(
	doc: str,
	name: str | None = None,
	print_format: str | None = None,
	no_letterhead: bool | None = None,
	letterhead: str | None = None,
	trigger_print: bool = False,
	style: str | None = None,
	settings: str | None = None,
) -> dict:
	"""Return the print of a record as it is stored, never as the request makes it up."""
	doctype, name = _printed(doc, name)
	frappe.has_permission(doctype, doc=name, throw=True)
	return printview.get_html_and_style(
		doctype, name, print_format, no_letterhead, letterhead, trigger_print, style, settings
	)


@frappe.whitelist()
def get_raw_print(doc: str, name: str | None = None, print_format: str | None = None) -> dict:
	"""Return the same as a printer's raw commands."""
	doctype, name = _printed(doc, name)
	frappe.has_permission(doctype, doc=name, throw=True)
	return printview.get_rendered_raw_commands(doctype, name, print_format)


def _printed(doc: str, name: str | None) -> tuple[str, str]:
	"""DocType and name of the record wanted, of which a form sends all it holds: its rows may name others' records."""
	if name is not None:
		return doc, name
	given = read_json("doc", doc, dict)
	if not given.get("doctype") or not given.get("name"):
		frappe.throw(_("Name the DocType and the record to print."))
	return given["doctype"], given["name"]
