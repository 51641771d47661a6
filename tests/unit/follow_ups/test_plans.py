"""The days of follow-up plans, whatever the plan and the start."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.follow_ups import call_lists
from agency_crm.domain.follow_ups import plans as follow_ups
from agency_crm.domain.follow_ups.plans import Plan, Step

STANDARD = Plan(
	"Standard",
	follow_ups.NEW_CLIENT,
	tuple(Step(days, "Call", "跟进") for days in (1, 3, 7, 15)),
	1,
	"Months",
)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
plans = st.builds(
	Plan,
	name=st.just("Plan"),
	starts=st.just(follow_ups.NEW_CLIENT),
	steps=st.lists(st.integers(0, 400).map(lambda day: Step(day, "Call", "跟进")), max_size=6).map(tuple),
	repeat_every=st.integers(0, 400),
	repeat_unit=st.sampled_from(["Days", "Months", "Years"]),
)


def test_day_1_3_7_15_then_monthly_on_the_same_day():
	start, after, found = date(2026, 1, 16), 0, []
	for _ in range(7):
		due = follow_ups.next_due(STANDARD, start, after)
		found.append(due.on)
		after = due.number
	assert found == [date(2026, 1, day) for day in (17, 19, 23, 31)] + [
		date(2026, 2, 28),
		date(2026, 3, 31),
		date(2026, 4, 30),
	]


def test_what_was_missed_is_passed_over():
	due = follow_ups.next_due(STANDARD, date(2026, 1, 1), 1, date(2026, 1, 10))
	assert (due.number, due.on) == (4, date(2026, 1, 16))
	due = follow_ups.next_due(STANDARD, date(2026, 1, 1), 1, date(2026, 11, 24))
	assert due.on == date(2026, 12, 16)


@given(plans, days, st.integers(0, 12), days)
def test_the_next_step_is_a_later_one_and_not_before_the_day(plan, start, after, day):
	due = follow_ups.next_due(plan, start, after, day)
	if due is None:
		assert not plan.steps or not plan.repeat_every
		return
	assert due.number > after and due.on >= day and due.on >= start
	# no step between was due in time
	earlier = follow_ups.next_due(plan, start, due.number - 1)
	assert earlier.on == due.on
	if due.number - 1 > after:
		assert follow_ups.next_due(plan, start, due.number - 2).on < day or due.number == 1


@given(plans, days)
def test_a_run_never_goes_back_in_time(plan, start):
	after, last = 0, start
	for _ in range(10):
		due = follow_ups.next_due(plan, start, after)
		if due is None:
			break
		assert due.on >= last
		after, last = due.number, due.on


def test_a_plan_runs_while_its_stage_lasts():
	win_back = Plan("Win-back", follow_ups.STAGE_ENTERED, (), stage=follow_ups.LOST)
	assert follow_ups.runs(win_back, "Lost") and not follow_ups.runs(win_back, "Interested")
	assert follow_ups.runs(STANDARD, "Negotiating") and not follow_ups.runs(STANDARD, "Closed")
	assert not any(follow_ups.runs(Plan("Plan", starts, ()), "Lost") for starts in follow_ups.RUNS_IN)


def test_who_was_born_on_29_february_has_a_birthday_every_year():
	born = date(1988, 2, 29)
	assert follow_ups.birthday_in(born, 2027) == date(2027, 2, 28)
	assert follow_ups.birthday_in(born, 2028) == date(2028, 2, 29)
	assert (2, 29) in follow_ups.birthdays_between(date(2027, 2, 28), date(2027, 2, 28))
	assert (2, 29) not in follow_ups.birthdays_between(date(2028, 2, 28), date(2028, 2, 28))


@given(st.dates(date(1930, 1, 1), date(2020, 12, 31)), days.filter(lambda day: day.year >= 2021))
def test_everybody_is_found_on_their_birthday(born, day):
	is_birthday = follow_ups.birthday_in(born, day.year) == day
	assert ((born.month, born.day) in follow_ups.birthdays_between(day, day)) == is_birthday


@given(
	st.dates(date(1930, 1, 1), date(2020, 12, 31)),
	st.dates(date(2021, 1, 1), date(2060, 1, 1)),
	st.integers(0, 40),
	st.integers(0, 10),
)
def test_a_greeting_is_due_once_a_year_so_many_days_before(born, first, before, width):
	plan = Plan("Birthday", follow_ups.BIRTHDAY, (Step(before, "WeChat", "生日祝福"),))
	last = first + timedelta(days=width)
	found = list(follow_ups.greetings(plan, born, first, last))
	due = {
		year: follow_ups.birthday_in(born, year) - timedelta(days=before)
		for year in range(first.year - 1, last.year + 2)
	}
	assert {year: step.on for year, step in found} == {
		year: on for year, on in due.items() if first <= on <= last
	}


agents = st.sampled_from("abc")


@given(st.lists(st.one_of(st.none(), agents, st.just("z")), max_size=30), st.sets(agents, min_size=1))
def test_a_call_list_is_shared_equally(holders, callers):
	clients = [(f"C{number}", holder) for number, holder in enumerate(holders)]
	everyone = {client for client, _holder in clients}
	shared = call_lists.share(clients, {caller: everyone for caller in callers})
	pool = [client for client, holder in clients if holder is None]
	assert set(shared) == {*pool, *(client for client, holder in clients if holder in callers)}
	assert all(shared[client] == holder for client, holder in clients if holder in callers)
	if all(holder is None for _client, holder in clients):
		calls = [list(shared.values()).count(caller) for caller in callers]
		assert max(calls) - min(calls) <= 1


def test_nobody_is_given_a_client_they_may_not_see():
	shared = call_lists.share([("C1", None), ("C2", None), ("C3", None)], {"a": {"C1"}, "b": {"C1", "C2"}})
	assert shared == {"C1": "a", "C2": "b"}
