"""What the Desk's boxes ask of the server while somebody types."""

from typing import Literal

import frappe
from frappe import _
from frappe.utils import escape_html

from agency_crm.api.arguments import check_word
from agency_crm.domain.inputs import boxes, numbers
from agency_crm.framework.messages import reading
from agency_crm.services.places import estates

Unit = Literal["Wan", "Yuan"]


@frappe.whitelist()
def read_price(text: str, unit: Unit, doctype: str, fieldname: str) -> float:
	"""Return the CNY meant by a price typed in a box of 万元 ("Wan") or 元 ("Yuan"): `三百五十万`, `1.2亿`.

	Refuses what is no price, naming the field.
	"""
	frappe.has_permission(doctype, "read", throw=True)
	check_word("unit", unit, Unit)
	with reading(frappe.new_doc(doctype), fieldname):
		price = numbers.parse_rent(text) if unit == "Yuan" else numbers.parse_price(text, unit).amount
	return float(price)


@frappe.whitelist()
def read_number(
	text: str, doctype: str, fieldname: str, parent_doctype: str | None = None
) -> float | int | None:
	"""Return the number typed into the box of a field, none where it is left open: `约120平`, `9层`, `不限`.

	For a box of a table's row, `parent_doctype` is whose table it is. Refuses what is no number, naming the field.
	"""
	frappe.has_permission(doctype, "read", parent_doctype=parent_doctype, throw=True)
	field = frappe.get_meta(doctype).get_field(fieldname)
	if not field or field.fieldtype not in boxes.BY_TYPE:
		frappe.throw(_("{0} is no box for a number.").format(frappe.bold(escape_html(fieldname))))
	with reading(frappe.new_doc(doctype), fieldname):
		number = boxes.read_number(text, fieldname, field.fieldtype)
	return number if number is None or field.fieldtype == "Int" else float(number)


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search_estates(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None
) -> list:
	"""Suggest estates by name, alias or pinyin initials in every Link to Estate."""
	frappe.has_permission("Estate", "read", throw=True)
	return estates.search(txt, start, page_len, filters)
