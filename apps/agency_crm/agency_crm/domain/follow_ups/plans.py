"""The dates of a follow-up plan and which of its steps comes next.

Rules: docs/rules/clients.md, "Plans". Every agency keeps its own plans.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

NEW_CLIENT, STAGE_ENTERED, VIEWING_DONE = "New Client", "Stage Entered", "Viewing Done"
DEAL_SIGNED, HANDOVER, BIRTHDAY = "Deal Signed", "Handover", "Birthday"
# what happens moves a client forward along these, never back
COURSE = ("Prospect", "Interested", "Viewing", "Negotiating", "Closed", "After-sale")
LOST = "Lost"
BEFORE_DEAL = COURSE[:4]
# how long a plan runs on: its client is in one of these stages
RUNS_IN = {
	NEW_CLIENT: BEFORE_DEAL,
	VIEWING_DONE: BEFORE_DEAL,
	DEAL_SIGNED: COURSE[4:],
	HANDOVER: COURSE,
	BIRTHDAY: COURSE,
}
MONTHS = {"Months": 1, "Years": 12}


@dataclass(frozen=True)
class Step:
	"""What to do so many `days` after the start; of a birthday, before it."""

	days: int
	method: str
	subject: str


@dataclass(frozen=True)
class Plan:
	"""Steps from a start on; after the last one it is repeated every so many days, months or years.

	`stage` is the stage whose beginning starts a plan of STAGE_ENTERED; `role` (of Client, "" for any) and
	`segment` say whom it is for.
	"""

	name: str
	starts: str
	steps: tuple[Step, ...]
	repeat_every: int = 0
	repeat_unit: str = "Months"
	stage: str = ""
	role: str = ""
	segment: str = ""


@dataclass(frozen=True)
class Due:
	"""A step of a run: its number from 1, beyond the last step one for each repeat, and its day."""

	number: int
	step: Step
	on: date


def runs(plan: Plan, stage: str) -> bool:
	"""Whether a plan goes on for a client in this stage."""
	return stage == plan.stage if plan.starts == STAGE_ENTERED else stage in RUNS_IN[plan.starts]


def next_due(plan: Plan, start: date, after: int = 0, not_before: date = date.min) -> Due | None:
	"""Return the first step after number `after` that is due on `not_before` or later; None: the plan ended.

	Steps whose day has passed meanwhile are passed over: what was missed is never made up for in a heap.
	"""
	for due in _dues(plan, start):
		if due.number > after and due.on >= not_before:
			return due
	return None


def birthday_in(born: date, year: int) -> date:
	"""The birthday in a year; who was born on 29 February has it on the 28th where there is no 29th."""
	return date(year, born.month, min(born.day, monthrange(year, born.month)[1]))


def birthdays_between(first: date, last: date) -> set[tuple[int, int]]:
	"""Return the (month, day) of birth of everybody who has a birthday on one of these days."""
	days = (first + timedelta(days=passed) for passed in range((last - first).days + 1))
	found = {(day.month, day.day) for day in days}
	common = {day.year for day in (first, last) if monthrange(day.year, 2)[1] == 28}
	if common and any(first <= date(year, 2, 28) <= last for year in common):
		found.add((2, 29))
	return found


def greetings(plan: Plan, born: date, first: date, last: date) -> Iterator[tuple[int, Due]]:
	"""Yield (year of the birthday, step) for each step of a birthday plan that is due from `first` to `last`."""
	for number, step in enumerate(plan.steps, 1):
		# the birthday may fall into the year after the day on which its step is due
		for year in range(first.year, (last + timedelta(days=step.days)).year + 1):
			on = birthday_in(born, year) - timedelta(days=step.days)
			if first <= on <= last and year >= born.year:
				yield year, Due(number, step, on)


def add_months(day: date, months: int) -> date:
	"""The same day so many months on, or the last of that month where it is shorter."""
	year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
	return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _dues(plan: Plan, start: date) -> Iterable[Due]:
	"""The steps in the order of their days, then the repeats for as long as the calendar goes."""
	steps = sorted(plan.steps, key=lambda step: step.days)
	for number, step in enumerate(steps, 1):
		yield Due(number, step, start + timedelta(days=step.days))
	if not (steps and plan.repeat_every):
		return
	last = start + timedelta(days=steps[-1].days)
	for time in count(1):
		passed = time * plan.repeat_every
		try:
			if plan.repeat_unit in MONTHS:
				on = add_months(last, passed * MONTHS[plan.repeat_unit])
			else:
				on = last + timedelta(days=passed)
		except (ValueError, OverflowError):
			return
		yield Due(len(steps) + time, steps[-1], on)
