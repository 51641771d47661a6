"""When a private client falls to the store's pool, and a pooled one to the area's.

Days are calendar days: a client whose last effective act was on the 1st and who may be idle for 15 days falls in
the night to the 16th. Nobody's client falls unannounced: where the reminder was missed (a leave, a deal that
came to nothing, a rule that was changed), it comes first and the fall a night later.
Rules: docs/rules/clients.md, "Pools".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agency_crm.domain.inputs import reminders

PRIVATE, STORE, AREA = "Private", "Store", "Area"
# a client who has bought is never taken from the agent
NEVER_FALLING = ("Closed", "After-sale")


@dataclass(frozen=True)
class PoolRules:
	"""What the agency has decided, in days; `remind_before` most first, empty for no reminders."""

	store_days: int
	area_days: int
	new_days: int
	remind_before: Sequence[int] = ()


@dataclass(frozen=True)
class Clock:
	"""What is known of a private client: days, the last two being the last day something holds."""

	created: date
	last_act: date
	protected_until: date | None = None
	extended_until: date | None = None
	reminded_on: date | None = None


def falls_on(clock: Clock, rules: PoolRules) -> date:
	"""The day at whose beginning the client falls if nothing effective is done before."""
	days = [clock.last_act + timedelta(rules.store_days), clock.created + timedelta(rules.new_days)]
	held = filter(None, (clock.protected_until, clock.extended_until))
	return max(*days, *(day + timedelta(1) for day in held))


def reminder_due(clock: Clock, rules: PoolRules, today: date) -> bool:
	"""Whether the agent is to be told today that the client falls soon, and not today."""
	if is_falling(clock, rules, today):
		return False
	# one that is overdue unannounced falls tomorrow
	comes = max(falls_on(clock, rules), today + timedelta(1))
	return reminders.is_due(comes, rules.remind_before, clock.reminded_on, today)


def is_falling(clock: Clock, rules: PoolRules, today: date) -> bool:
	"""Whether the client falls today: its day has come and its agent was told."""
	announced = not rules.remind_before or _counts(clock, rules, today)
	return falls_on(clock, rules) <= today and announced


def extended(clock: Clock, rules: PoolRules, days: int, today: date) -> date:
	"""The last day the client stays with its agent, its fall put off by `days`, today at the earliest."""
	return max(falls_on(clock, rules), today) + timedelta(days - 1)


def answer_by(asked: datetime, hours: int, opens: int, closes: int) -> datetime:
	"""When `hours` have passed since `asked`, counted between the hours `opens` and `closes` of each day.

	All hours count where the day has none between them.
	"""
	if opens >= closes:
		return asked + timedelta(hours=hours)
	left, at = timedelta(hours=hours), asked
	while True:
		begin = max(at, datetime.combine(at.date(), time()) + timedelta(hours=opens))
		end = datetime.combine(at.date(), time()) + timedelta(hours=closes)
		if begin + left <= end:
			return begin + left
		left -= max(end - begin, timedelta())
		at = datetime.combine(at.date(), time()) + timedelta(days=1)


def shares(count: int, weights: Sequence[float]) -> list[int]:
	"""Which of the `weights` each of `count` things goes to, as its index: spread evenly, each by its part.

	Where no weight is above zero all are alike. Every index gets its part, but for less than one.
	"""
	parts = list(weights) if any(weight > 0 for weight in weights) else [1] * len(weights)
	given = [0] * len(parts)
	order = []
	for _ in range(count):
		index = min(
			(index for index, part in enumerate(parts) if part > 0),
			key=lambda index: ((given[index] + 1) / parts[index], index),
		)
		given[index] += 1
		order.append(index)
	return order


def _counts(clock: Clock, rules: PoolRules, day: date) -> bool:
	"""Whether the last reminder is one of this fall: of a day before, and not from long ago."""
	if not clock.reminded_on:
		return False
	return 0 < (day - clock.reminded_on).days <= max(1, rules.remind_before[0])
