"""Split rows proposed from a template: who held each role, fallbacks, equal shares.

Rules: docs/rules/commission.md, "Splits". Percentages are 0-100.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from agency_crm.domain.errors import DomainError

WHOLE = Decimal(100)
_STEP = Decimal("0.000001")


@dataclass(frozen=True)
class TemplateRow:
	"""A role's percent, and the role that takes it where nobody held this one."""

	role: str
	percent: Decimal
	fallback: str | None = None


@dataclass(frozen=True)
class SplitRow:
	"""One agent's percent for one role."""

	role: str
	agent: str
	percent: Decimal


def check_whole(percents: Sequence[Decimal]) -> None:
	"""Refuse percentages that don't make the whole.

	Raises:
		DomainError: one below 0, or a sum that isn't 100.
	"""
	if any(percent < 0 for percent in percents):
		raise DomainError("A percentage can't be below 0")
	total = sum(percents, Decimal(0))
	if total != WHOLE:
		raise DomainError("The splits make {0} %, not 100 %", total.normalize())


def check_template(rows: Sequence[TemplateRow]) -> None:
	"""Refuse a template that can't be filled.

	Raises:
		DomainError: not 100 %, a role twice, a fallback that isn't in it, or fallbacks that go round.
	"""
	check_whole([row.percent for row in rows])
	fallbacks: dict[str, str | None] = {}
	for row in rows:
		if row.role in fallbacks:
			raise DomainError("The role {0} stands twice in the template", row.role)
		fallbacks[row.role] = row.fallback or None
	for role in fallbacks:
		seen = {role}
		following = fallbacks[role]
		while following:
			if following not in fallbacks:
				raise DomainError("The fallback {0} is not a role of the template", following)
			if following in seen:
				raise DomainError("The fallbacks of {0} go round in a circle", role)
			seen.add(following)
			following = fallbacks[following]


def propose(template: Sequence[TemplateRow], holders: Mapping[str, Sequence[str]]) -> list[SplitRow]:
	"""Return the split rows of a template, in its order, its percents filled by `holders` (role to agents).

	A role nobody held goes to the holders of its fallback role, and on; several holders share equally, what
	can't be divided going to the first.

	Raises:
		DomainError: the template doesn't hold, or nobody holds a role nor any of its fallbacks.
	"""
	check_template(template)
	fallbacks = {row.role: row.fallback for row in template}
	rows = []
	for row in template:
		role: str | None = row.role
		while role and not holders.get(role):
			role = fallbacks[role]
		if not role:
			raise DomainError("Nobody holds the role {0} nor one it falls back to", row.role)
		agents = holders[role]
		each = (row.percent / len(agents)).quantize(_STEP, ROUND_FLOOR)
		for index, agent in enumerate(agents):
			percent = row.percent - each * (len(agents) - 1) if index == 0 else each
			rows.append(SplitRow(row.role, agent, percent))
	return rows
