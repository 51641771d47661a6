"""What no argument of a request may hold, whichever function it is for."""

import math
import re

import frappe
from frappe import _

BROKEN = re.compile("[\x00\ud800-\udfff]")


def check() -> None:
	"""before_request: refuse a text that isn't one, and a number that is none.

	JSON can carry half a character and "not a number"; the database takes neither. Raises ValidationError.
	"""
	for name, value in frappe.form_dict.items():
		if not _is_whole(name) or not _is_whole(value):
			frappe.throw(
				_("{0} holds half a character or a number that is none: send it anew.").format(
					frappe.bold(BROKEN.sub("?", name))
				)
			)


def _is_whole(value) -> bool:
	if isinstance(value, str):
		return not BROKEN.search(value)
	if isinstance(value, float):
		return math.isfinite(value)
	if isinstance(value, dict):
		return all(map(_is_whole, (*value, *value.values())))
	return all(map(_is_whole, value)) if isinstance(value, list) else True
