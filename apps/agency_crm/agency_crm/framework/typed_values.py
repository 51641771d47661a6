"""Dates, numbers and texts of a save are read or refused by name; dates with a zone become local.

Frappe silently drops what it can't read (`"abc"` in a number becomes 0, `0000-00-00` no date), keeps a date's
zone until a comparison fails, and lets the database refuse the rest. Here each is refused before our code reads
the record.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

import frappe
from dateutil import parser
from frappe import _
from frappe.utils import cstr, escape_html, get_datetime, get_system_timezone

from agency_crm.domain.inputs.text import cell_text

ZONED = re.compile(
	r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d(?::?\d\d)?)", re.IGNORECASE
)
TEXTS = ("Data", "Small Text", "Text", "Long Text")
# the most that a column of the kind holds
WHOLE, DECIMAL = 2**31 - 1, 10**12 - 1
SHOWN = 50


def read(doc, readers: dict[str, Callable] | None = None) -> None:
	"""Read the values of a record and of its rows, as they are sent; `readers`, the kinds of fields that are read.

	Raises ValidationError naming the field.
	"""
	readers = readers or READERS
	for record in (doc, *doc.get_all_children()):
		values = vars(
			record
		)  # a save passes here with every field: `record.get` would cost as much as the rest
		for field in record.meta.fields:
			value = values.get(field.fieldname)
			if value is not None and value != "" and (reader := readers.get(field.fieldtype)):
				_read_field(record, field, reader, value)


def _read_field(record, field, reader: Callable, value) -> None:
	try:
		read_value = reader(value)
	except (ValueError, OverflowError, TypeError):
		_refuse(record, field, value)
	if read_value is not value:
		record.set(field.fieldname, read_value)


def _read_date(value):
	at = _local(value)
	if isinstance(at, str | date) and get_datetime(at):
		return at.date() if at is not value else value
	raise ValueError


def _read_datetime(value):
	at = _local(value)
	if isinstance(at, str | date) and get_datetime(at):
		return at
	raise ValueError


def _local(value):
	"""Return a moment with a zone as the site's own clock shows it; anything else as it is."""
	moment = value
	if isinstance(value, str) and ZONED.fullmatch(value.strip()):
		moment = parser.isoparse(value.strip().replace(" ", "T", 1).replace(" ", ""))
	if isinstance(moment, datetime) and moment.tzinfo:
		return moment.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)
	return value


def _read_time(value):
	if isinstance(value, str):
		parser.parse(value)
	elif not isinstance(value, time | timedelta | datetime):
		raise ValueError
	return value


def _number(most: int) -> Callable:
	def read_number(value):
		number = float(value.replace(",", "") if isinstance(value, str) else value)
		if not math.isfinite(number) or abs(number) > most:
			raise ValueError
		return value

	return read_number


def _read_text(value):
	return value if isinstance(value, str) else cell_text(value)


MEASURES: dict[str, Callable] = {
	"Date": _read_date,
	"Datetime": _read_datetime,
	"Time": _read_time,
	**dict.fromkeys(("Int", "Check"), _number(WHOLE)),
	**dict.fromkeys(("Float", "Currency", "Percent", "Rating", "Duration"), _number(DECIMAL)),
}
READERS = {**MEASURES, **dict.fromkeys(TEXTS, _read_text)}
EXAMPLES = {"Date": "2026-11-30", "Datetime": "2026-11-30 09:30:00", "Time": "09:30:00"}


def _refuse(record, field, value) -> NoReturn:
	where = (
		_(record.doctype),
		frappe.bold(_(field.label or field.fieldname, context=record.doctype)),
		field.fieldname,
		escape_html(cstr(value)[:SHOWN]),
	)
	if example := EXAMPLES.get(field.fieldtype):
		sentence = _("{0}, field {1} ({2}): {3} is no date or time. Write it as {4}.").format(*where, example)
	else:
		sentence = _("{0}, field {1} ({2}): {3} is no number, or too large a one.").format(*where)
	frappe.throw(sentence, title=_("Not a Plain Value"))
