"""Prints of several records in one file."""

import frappe
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
	return prints.download_multi_pdf_async(doctype, name, format, no_letterhead, letterhead, _size(options))


def _size(options: str | dict | None) -> str | None:
	given = frappe.parse_json(options)
	if not isinstance(given, dict):
		return None
	return frappe.as_json({key: value for key, value in given.items() if key in SIZES})
