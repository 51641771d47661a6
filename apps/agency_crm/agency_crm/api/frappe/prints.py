"""Prints of several records in one file."""

from collections.abc import Iterator

import frappe
from frappe.permissions import SYSTEM_USER_ROLE
from frappe.utils import print_format as prints

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
	for of, one in _printed(doctype, name):
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
	for of, one in _printed(doctype, name):
		frappe.has_permission(of, "print", doc=one, throw=True)
	return prints.download_multi_pdf_async(doctype, name, format, no_letterhead, letterhead, _size(options))


@frappe.whitelist()
def is_wkhtmltopdf_valid() -> bool:
	"""Whether prints come out well: they do, for one that isn't good isn't used (framework/paper.py)."""
	frappe.only_for(SYSTEM_USER_ROLE)
	return True


def _printed(doctype: str | dict, name: str | list) -> Iterator[tuple[str, str]]:
	"""Yield DocType and name of each record; a request names several DocTypes as one argument."""
	given = doctype if isinstance(doctype, dict) else {doctype: frappe.parse_json(name)}
	for of, names in given.items():
		yield from ((of, one) for one in names)


def _size(options: str | dict | None) -> str | None:
	given = frappe.parse_json(options)
	if not isinstance(given, dict):
		return None
	return frappe.as_json({key: value for key, value in given.items() if key in SIZES})
