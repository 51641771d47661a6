from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.reminders import is_due, parse_days

COMES = date(2026, 6, 30)


def before(days: int) -> date:
	return COMES - timedelta(days=days)


@pytest.mark.parametrize(
	("text", "days"),
	[("60, 30", [60, 30]), ("30，60", [60, 30]), ("7", [7]), ("", []), (None, []), ("3 1 3", [3, 1])],
)
def test_parse_days(text, days):
	assert parse_days(text) == days


@pytest.mark.parametrize("text", ["soon", "-3", "1.5"])
def test_what_is_no_number_of_days_is_refused(text):
	with pytest.raises(DomainError):
		parse_days(text)


@pytest.mark.parametrize(
	("today", "reminded_on", "expected"),
	[
		(before(61), None, False),
		(before(60), None, True),
		(before(59), before(60), False),
		(before(30), before(60), True),
		(before(29), before(30), False),
		(before(10), None, True),
		(COMES, None, True),
		(COMES + timedelta(days=1), None, False),
	],
)
def test_is_due(today, reminded_on, expected):
	assert is_due(COMES, [60, 30], reminded_on, today) is expected


@given(st.sets(st.integers(0, 90)), st.integers(0, 120), st.sets(st.integers(0, 120)))
def test_whatever_days_are_missed_each_reminder_comes_at_most_once(days, begin, missed):
	told, reminded_on = 0, None
	for left in range(begin, -1, -1):
		if left not in missed and is_due(COMES, days, reminded_on, before(left)):
			told, reminded_on = told + 1, before(left)
	assert told <= len(days)
	assert not is_due(COMES, days, reminded_on, before(0)) or 0 in missed
