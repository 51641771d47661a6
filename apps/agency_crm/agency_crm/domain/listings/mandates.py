"""Whose mandate earns the share of the role Mandate on a deal. Rules: docs/rules/listings.md, "Mandates"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Mandate:
	"""An approved mandate: the agent who holds it, its first and last day in force (None: no end)."""

	agent: str
	exclusive: bool
	approved_at: datetime
	start: date
	end: date | None = None
	protection_days: int = 0


def counts(mandate: Mandate, day: date, viewed_on: date | None) -> bool:
	"""Whether a mandate counts for a deal of `day` whose buyer first viewed the home on `viewed_on`.

	In force it counts for everybody; for its protection days after the end only for who viewed before the end.
	One ended on the day it began never was in force.
	"""
	if day < mandate.start or (mandate.end and mandate.end < mandate.start):
		return False
	if mandate.end is None or day <= mandate.end:
		return True
	protected = (day - mandate.end).days <= mandate.protection_days
	return protected and viewed_on is not None and viewed_on <= mandate.end


def holders(mandates: Iterable[Mandate], day: date, viewed_on: date | None) -> list[str]:
	"""Return the agents who share the role Mandate on a deal of `day`, in the order of approval.

	An exclusive mandate approved before an ordinary one takes both shares.
	"""
	found: list[str] = []
	exclusive = False
	for mandate in sorted(mandates, key=lambda row: row.approved_at):
		if counts(mandate, day, viewed_on) and (mandate.exclusive or not exclusive):
			found.append(mandate.agent)
			exclusive = exclusive or mandate.exclusive
	return list(dict.fromkeys(found))


def overlap(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
	"""Whether two terms share a day; None is no end."""
	return start <= (other_end or date.max) and other_start <= (end or date.max)
