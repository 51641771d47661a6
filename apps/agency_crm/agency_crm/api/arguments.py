"""What an endpoint makes sure of in its arguments: Frappe checks neither a Literal's words nor what JSON holds."""

from typing import get_args

import frappe
from frappe import _
from frappe.utils import escape_html


def check_word(argument: str, value: str, literal) -> None:
	"""Refuse a value that is none of the Literal's, naming the argument and what it may be."""
	words = get_args(literal)
	if value not in words:
		frappe.throw(
			_("{0} can't be {1}. It is one of: {2}.").format(
				frappe.bold(argument), escape_html(value), ", ".join(words)
			)
		)


def read_json(argument: str, value: str | dict | list, shape: type, of: type = object) -> dict | list:
	"""Return an argument sent as JSON: a `shape` (dict or list) `of` such items.

	Raises ValidationError, naming the argument, for anything else.
	"""
	try:
		read = frappe.parse_json(value)
	except ValueError:
		read = None
	if not isinstance(read, shape) or not all(isinstance(item, of) for item in read):
		frappe.throw(_("{0} can't be read. Reload the page and try again.").format(frappe.bold(argument)))
	return read
