from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.listings.mandates import Mandate, counts, holders, overlap

START, END = date(2026, 3, 1), date(2026, 5, 31)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def mandate(agent="ann", exclusive=True, hour=9, end=END, protection_days=60, start=START):
	return Mandate(agent, exclusive, datetime(2026, 2, 28, hour), start, end, protection_days)


MANDATES = st.lists(
	st.builds(
		mandate,
		st.sampled_from("abc"),
		st.booleans(),
		st.integers(0, 23),
		st.none() | st.just(END),
		st.integers(0, 90),
	)
)


@pytest.mark.parametrize(
	("day", "viewed_on", "expected"),
	[
		(START - timedelta(days=1), START, False),
		(START, None, True),
		(END, None, True),
		(END + timedelta(days=1), None, False),
		(END + timedelta(days=1), END, True),
		(END + timedelta(days=1), END + timedelta(days=1), False),
		(END + timedelta(days=60), START, True),
		(END + timedelta(days=61), START, False),
	],
)
def test_in_force_it_counts_for_all_and_then_for_who_viewed_before(day, viewed_on, expected):
	assert counts(mandate(), day, viewed_on) is expected


def test_without_end_it_goes_on():
	assert counts(mandate(end=None), date(2036, 1, 1), None)


def test_ended_on_the_day_it_began_it_counts_for_nobody():
	ended = mandate(end=START - timedelta(days=1))
	assert not counts(ended, START, START - timedelta(days=9))


def test_an_exclusive_one_approved_first_takes_both_shares():
	first, second = mandate("ann", True, 9), mandate("bob", False, 10)
	assert holders([second, first], START, None) == ["ann"]


def test_an_ordinary_one_approved_first_shares_with_it():
	first, second = mandate("bob", False, 9), mandate("ann", True, 10)
	assert holders([second, first], START, None) == ["bob", "ann"]


def test_an_exclusive_one_that_is_over_takes_nothing_from_a_later_one():
	over, now = mandate("ann", True, 9), mandate("bob", False, 10, end=None)
	assert holders([over, now], END + timedelta(days=1), None) == ["bob"]
	assert holders([over, now], END + timedelta(days=1), END) == ["ann"]


@given(MANDATES, DAYS, st.none() | DAYS)
def test_each_holder_once_and_with_a_mandate_that_counts(mandates, day, viewed_on):
	found = holders(mandates, day, viewed_on)
	assert len(found) == len(set(found))
	assert set(found) <= {row.agent for row in mandates if counts(row, day, viewed_on)}
	assert bool(found) == any(counts(row, day, viewed_on) for row in mandates)


@given(DAYS, st.none() | DAYS, DAYS, st.none() | DAYS)
def test_terms_overlap_both_ways(start, end, other_start, other_end):
	expected = overlap(other_start, other_end, start, end)
	assert overlap(start, end, other_start, other_end) == expected
	assert overlap(start, None, other_start, None)


def test_the_last_day_is_shared():
	assert overlap(START, END, END, None)
	assert not overlap(START, END, END + timedelta(days=1), None)
