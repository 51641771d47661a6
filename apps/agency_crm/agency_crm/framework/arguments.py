"""Checks that every request's arguments pass, whichever function they are for."""

import math
import re
from collections.abc import Callable
from contextlib import suppress
from unicodedata import combining, normalize

import frappe
from frappe import _
from frappe.model import child_table_fields, default_fields, optional_fields
from frappe.model.db_query import DatabaseQuery
from frappe.model.meta import Meta
from frappe.utils import cstr, escape_html

NAME = r"(?:`?tab[\w -]+`?\.)?`?\w+`?"
# what Frappe's own calendars and trees ask for beside fields
OPEN = rf"ifnull\(\s*(?P<inner>{NAME})\s*,\s*(?:''|\"\"|'[\d :.-]*')\s*\)"
COLUMN = re.compile(rf"{NAME}|{OPEN}")
SORTED = re.compile(rf"\s*{NAME}(?:\s+(?:asc|desc))?\s*", re.IGNORECASE)
COUNTED = re.compile(
	rf"\s*(?:count|sum|avg|min|max)\s*\(\s*(?:distinct\s+)?(?:\*|{NAME})\s*\)(?:\s+as\s+[`'\"]?\w+[`'\"]?)?\s*",
	re.IGNORECASE,
)
ALIAS = r"(?:\s+as\s+[`'\"]?[\w :.-]+[`'\"]?)?"
# a field, one of a linked record, all of a table; and what Frappe sorts a link's suggestions by
SELECTED = re.compile(
	rf"\s*(?:distinct\s+)?(?:\*|{NAME}|\w+\.`?\w+`?|`?tab[\w -]+`?\.\*){ALIAS}\s*", re.IGNORECASE
)
DAY = re.compile(
	rf"unix_timestamp\(min\({NAME}\)\) as moment|date\({NAME}\) as day"
)  # of a heat map (figures.py)
NEARNESS = re.compile(
	r"\(1 / nullif\(locate\('(?:[^'\\]|\\.|'')*', `tab[\w -]+`\.`name`\), 0\)\) as `_relevance`", re.DOTALL
)
# the columns that every table has
STANDARD = frozenset((*default_fields, *child_table_fields, *optional_fields))
BROKEN = re.compile("[\x00\ud800-\udfff]")


def check() -> None:
	"""before_request: refuse arguments that no function may get. Raises ValidationError.

	These are: broken text, numbers like NaN (JSON can carry both, the database takes neither), and SQL where
	fields are named.
	"""
	for name in ("order_by", "group_by"):
		for part in cstr(frappe.form_dict.get(name)).split(","):
			if part.strip() and not SORTED.fullmatch(part):
				_refuse_expression(name, part)
	for field in _fields():
		if isinstance(field, str) and "(" in field and not COUNTED.fullmatch(field):
			_refuse_expression("fields", field)
	for name, value in frappe.form_dict.items():
		if not _is_whole(name) or not _is_whole(value):
			frappe.throw(
				_("{0} holds half a character or a number that is none: send it anew.").format(
					frappe.bold(BROKEN.sub("?", name))
				)
			)


def check_fields(sanitize_fields: Callable, query: DatabaseQuery) -> None:
	"""Let a list select only fields and sums of fields. Raises ValidationError.

	Frappe looks for a few SQL words at the start of each text and checks only the first name in it. It also
	accepts fields under many argument names.
	"""
	if not query.flags.ignore_permissions:  # the system's own queries are not checked
		for field in query.fields:
			text = cstr(field)
			if not any(shape.fullmatch(text) for shape in (SELECTED, COUNTED, NEARNESS, DAY)):
				_refuse_expression("fields", text)
	sanitize_fields(query)


def check_column(sanitize_column: Callable, column_name: str):
	"""Let a filter name only a field, or `ifnull(field, '')`. Raises ValidationError.

	Frappe looks for a few SQL words, after removing comments that the database does execute.
	"""
	if not isinstance(column_name, str) or not COLUMN.fullmatch(column_name):
		_refuse_expression("filters", cstr(column_name))
	return sanitize_column(column_name)


def field_of(column: str) -> tuple[str, str]:
	"""Return the table, empty where none is named, and the field in what a filter is by."""
	match = COLUMN.fullmatch(column)
	name = (match["inner"] or column) if match else column
	table, _dot, field = name.rpartition(".")
	return table.strip("`"), field.strip("`")


def column_of(meta: Meta, name: str) -> str:
	"""Return the column that the database takes a name for, empty for none: it reads `TAX_METHOD` as `tax_method`."""
	if meta.get_field(name) or name in STANDARD:
		return name
	folded = _folded(name)
	return next((column for column in meta.get_valid_columns() if _folded(column) == folded), "")


def _folded(name: str) -> str:
	return "".join(letter for letter in normalize("NFKD", name) if not combining(letter)).casefold()


def _fields() -> list:
	"""Return the fields a request asks for, sent as JSON or as one name."""
	given = frappe.form_dict.get("fields")
	with suppress(ValueError):
		given = frappe.parse_json(given)
	return given if isinstance(given, list) else [given]


def _refuse_expression(argument: str, text: str) -> None:
	frappe.throw(
		_("{0} takes names of fields: {1} is none.").format(
			frappe.bold(argument), frappe.bold(escape_html(text.strip()[:50]))
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
