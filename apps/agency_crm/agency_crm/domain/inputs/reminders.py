"""When to remind of a day that comes: some days before it, once each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import fold


def parse_days(text: object) -> list[int]:
	"""Return the days before written as `60, 30`, most first; [] for none.

	Raises:
		DomainError: something that is no number of days.
	"""
	parts = [part for part in re.split(r"[,，、;\s]+", fold(text)) if part]
	if not all(part.isdecimal() for part in parts):
		raise DomainError("{0} is not understood; write days as 60, 30", text)
	return sorted({int(part) for part in parts}, reverse=True)


def is_due(comes: date, days: Iterable[int], reminded_on: date | None, today: date) -> bool:
	"""Whether to remind today of the day `comes`.

	A reminder whose day was missed is made up for; two that were missed are one.
	"""
	due = [comes - timedelta(days=before) for before in days]
	passed = [day for day in due if day <= today <= comes]
	return bool(passed) and (reminded_on is None or reminded_on < max(passed))
