"""What the Desk's boxes ask of the server while somebody types."""

from typing import Literal

import frappe

from agency_crm.api.arguments import check_word
from agency_crm.domain import numbers
from agency_crm.services import estates
from agency_crm.services.messages import reading

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
@frappe.validate_and_sanitize_search_inputs
def search_estates(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None
) -> list:
	"""Suggest estates by name, alias or pinyin initials in every Link to Estate."""
	frappe.has_permission("Estate", "read", throw=True)
	return estates.search(txt, start, page_len, filters)
