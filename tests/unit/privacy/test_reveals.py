from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.privacy.reveals import NO_LIMIT, Alert, daily_limit, is_unusual

ROLES = st.sampled_from(["Agent", "Assistant", "Manager", "Administrator"])
COUNTS = st.integers(0, 200)
ALERTS = st.builds(Alert, COUNTS, st.floats(0, 10), COUNTS)
USUAL = st.floats(0, 100)


@given(st.sets(ROLES), st.dictionaries(ROLES, COUNTS), COUNTS)
def test_the_most_generous_role_counts(roles, by_role, default):
	limit = daily_limit(roles, by_role, default)
	listed = [by_role[role] for role in roles if role in by_role]
	if not listed:
		assert limit == default
	elif NO_LIMIT in listed:
		assert limit == NO_LIMIT
	else:
		assert limit in listed
		assert all(limit >= other for other in listed)


@given(COUNTS, USUAL, ALERTS)
def test_more_is_never_less_unusual(today, usual, alert):
	if is_unusual(today, usual, alert):
		assert is_unusual(today + 1, usual, alert)
		assert today >= alert.least


@given(COUNTS, USUAL)
def test_nothing_is_unusual_where_both_ways_are_switched_off(today, usual):
	assert not is_unusual(today, usual, Alert())


def test_by_number_or_by_the_usual():
	alert = Alert(from_a_day=20, times_the_usual=3, least=8)
	assert not is_unusual(7, 1, alert)
	assert is_unusual(9, 3, alert)
	assert not is_unusual(8, 3, alert)
	assert is_unusual(20, 15, alert)
	assert not is_unusual(19, 0, alert)
