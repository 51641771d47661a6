"""Dates as people type them in Chinese.

Rules: docs/rules/typing.md, "Numbers and dates": `2024.5.1`, `24年5月`, full width, `2024年`, `20240501`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import arabic, fold

_YEAR = r"(\d{4}|\d{2})"
_TEXT = re.compile(rf"{_YEAR}(?:年|[-./])(\d{{1,2}})(?:(?:月|[-./])(?:(\d{{1,2}})[日号]?)?)?")
_YEAR_ONLY = re.compile(rf"{_YEAR}年")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
# a day as a spreadsheet counts it, 1954 to 2064: 45413 is the first of May 2024
_SERIAL = re.compile(r"([2-5]\d{4})(?:\.\d+)?")
_DAY_ZERO = date(1899, 12, 30)
_TIME_OF_DAY = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


def parse_date(text: object, pivot: int = 50) -> date:
	"""Return the day a text names; without a day the first of the month, without a month the first of the
	year.

	A number of five digits is a day as spreadsheets count them. Two digits of a year up to `pivot` are of this century, above it of the last.

	Raises:
		DomainError: no date of that shape, or one that the calendar doesn't have.
	"""
	folded = _TIME_OF_DAY.sub("", fold(text))
	folded = arabic(folded).replace(" ", "")
	if serial := _SERIAL.fullmatch(folded):
		return _DAY_ZERO + timedelta(days=int(serial[1]))
	match = _COMPACT.fullmatch(folded) or _TEXT.fullmatch(folded) or _YEAR_ONLY.fullmatch(folded)
	if match is None:
		raise DomainError("Date {0} is not understood; write it as 2024-05-01", text)
	year, month, day = (*match.groups(), None, None)[:3]
	full_year = int(year) if len(year) == 4 else int(year) + (2000 if int(year) <= pivot else 1900)
	try:
		return date(full_year, int(month or 1), int(day or 1))
	except ValueError:
		raise DomainError("Date {0} is not in the calendar", text) from None
