from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.pools import clocks as pools
from agency_crm.domain.pools.clocks import Clock, PoolRules

RULES = PoolRules(store_days=15, area_days=15, new_days=7, remind_before=(3, 1))
FIRST = date(2026, 3, 1)


def day(number: int) -> date:
	return FIRST + timedelta(number - 1)


def clock(last_act: int = 1, **days: int) -> Clock:
	dates = {name: day(number) for name, number in days.items()}
	return Clock(**{"created": day(1), "last_act": day(last_act), **dates})


@pytest.mark.parametrize(
	("held", "expected"),
	[
		(clock(), 16),
		(clock(5), 20),
		(clock(created=12), 19),
		(clock(protected_until=20), 21),
		(clock(protected_until=10), 16),
		(clock(extended_until=22, protected_until=18), 23),
	],
)
def test_the_day_of_the_fall(held, expected):
	assert pools.falls_on(held, RULES) == day(expected)


def test_an_extension_moves_the_fall_by_its_days():
	until = pools.extended(clock(), RULES, 7, day(10))
	assert pools.falls_on(Clock(day(1), day(1), extended_until=until), RULES) == day(23)
	late = pools.extended(clock(), RULES, 7, day(30))
	assert pools.falls_on(Clock(day(1), day(1), extended_until=late), RULES) == day(37)


def nights(held: Clock, begin: int, rules: PoolRules = RULES, missed=(), most: int = 400):
	"""Run night after night: the days of the reminders, and of the fall (None within `most` nights)."""
	told = []
	for number in range(begin, begin + most):
		if number in missed:
			continue
		if pools.is_falling(held, rules, day(number)):
			return told, number
		if pools.reminder_due(held, rules, day(number)):
			told.append(number)
			held = Clock(held.created, held.last_act, held.protected_until, held.extended_until, day(number))
	return told, None


def test_reminders_come_three_days_and_one_day_before():
	assert nights(clock(), 1) == ([13, 15], 16)


@pytest.mark.parametrize("begin", [17, 40])
def test_what_is_overdue_unannounced_is_announced_first(begin):
	assert nights(clock(), begin) == ([begin], begin + 1)


def test_a_reminder_of_before_a_leave_does_not_count_after_it():
	assert nights(clock(reminded_on=13), 40) == ([40], 41)


def test_without_reminders_it_just_falls():
	assert nights(clock(), 1, PoolRules(15, 15, 7)) == ([], 16)
	assert nights(clock(reminded_on=13), 14, PoolRules(15, 15, 7)) == ([], 16)


@pytest.mark.parametrize(
	("reminded_on", "before", "falls"),
	[
		(20, (3, 1), False),
		(19, (3, 1), True),
		(17, (3, 1), True),
		(16, (3, 1), False),
		# told on the day itself, it falls the day after
		(20, (0,), False),
		(19, (0,), True),
		(18, (0,), False),
	],
)
def test_a_reminder_announces_the_fall_of_the_days_it_is_for(reminded_on, before, falls):
	held, rules = clock(reminded_on=reminded_on), PoolRules(15, 15, 7, before)
	assert pools.is_falling(held, rules, day(20)) is falls


def test_nobody_is_reminded_of_a_fall_on_its_day():
	rules = PoolRules(15, 15, 7, (3, 1, 0))
	assert pools.is_falling(clock(reminded_on=15), rules, day(16))
	assert not pools.reminder_due(clock(reminded_on=15), rules, day(16))


def test_what_is_overdue_unannounced_falls_tomorrow():
	assert pools.reminder_due(clock(), PoolRules(15, 15, 7, (1,)), day(20))


@given(
	st.integers(1, 40),
	st.integers(0, 40),
	st.integers(0, 20),
	st.lists(st.integers(1, 10), max_size=3, unique=True),
	st.sets(st.integers(1, 80), max_size=30),
)
def test_a_fall_is_never_early_always_announced_and_always_comes(
	store_days, protected, new_days, before, missed
):
	rules = PoolRules(store_days, 15, new_days, tuple(sorted(before, reverse=True)))
	held = Clock(day(1), day(1), protected_until=day(protected) if protected else None)
	told, fell = nights(held, 1, rules, missed)
	assert fell is not None
	assert day(fell) >= pools.falls_on(held, rules)
	assert bool(told) == bool(before)
	assert all(number < fell for number in told)


@pytest.mark.parametrize(
	("asked", "hours", "expected"),
	[
		("2026-03-01 10:00", 4, "2026-03-01 14:00"),
		("2026-03-01 17:00", 4, "2026-03-01 21:00"),
		("2026-03-01 17:01", 4, "2026-03-02 09:01"),
		("2026-03-01 19:00", 4, "2026-03-02 11:00"),
		("2026-03-01 23:30", 4, "2026-03-02 13:00"),
		("2026-03-01 03:00", 4, "2026-03-01 13:00"),
		("2026-03-01 10:00", 25, "2026-03-03 11:00"),
	],
)
def test_answer_by(asked, hours, expected):
	found = pools.answer_by(datetime.fromisoformat(asked), hours, 9, 21)
	assert found == datetime.fromisoformat(expected)


def test_all_hours_count_without_opening_hours():
	asked = datetime(2026, 3, 1, 23)
	assert pools.answer_by(asked, 4, 0, 0) == datetime(2026, 3, 2, 3)


@given(st.integers(0, 300), st.lists(st.integers(0, 100), min_size=1, max_size=6))
def test_shares_give_each_its_part(count, weights):
	order = pools.shares(count, weights)
	parts = weights if any(weights) else [1] * len(weights)
	assert len(order) == count
	for index, part in enumerate(parts):
		assert abs(order.count(index) - count * part / sum(parts)) < len(parts)


@pytest.mark.parametrize(
	("weights", "order"),
	[
		([2, 1], [0, 0, 1, 0, 0, 1]),
		([1, 1, 1], [0, 1, 2, 0, 1, 2]),
		([0.5, 0, 0.25], [0, 0, 2, 0, 0, 2]),
		([0, 0], [0, 1, 0, 1, 0, 1]),
	],
)
def test_shares_are_spread_evenly(weights, order):
	assert pools.shares(6, weights) == order
