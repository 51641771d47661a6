"""How many secrets a user may look at a day, and what is unusual.

Rules: docs/rules/visibility.md, "Reveals".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

NO_LIMIT = 0


@dataclass(frozen=True)
class Alert:
	"""When a manager is told: from so many a day, or so many times the usual; never below `least`. 0 is never."""

	from_a_day: int = 0
	times_the_usual: float = 0
	least: int = 0


def daily_limit(roles: Collection[str], by_role: Mapping[str, int], default: int) -> int:
	"""Return the limit of whoever has these roles: the highest of those listed, else the default; 0 is none."""
	limits = [by_role[role] for role in roles if role in by_role] or [default]
	return NO_LIMIT if NO_LIMIT in limits else max(limits)


def is_unusual(today: int, usual: float, alert: Alert) -> bool:
	"""Whether so many looks in one day are unusual for whoever has `usual` on a day they look at any.

	Without a past (`usual` is 0) the number alone tells.
	"""
	if today < alert.least:
		return False
	by_number = bool(alert.from_a_day) and today >= alert.from_a_day
	by_usual = bool(alert.times_the_usual and usual) and today >= alert.times_the_usual * usual
	return by_number or by_usual
