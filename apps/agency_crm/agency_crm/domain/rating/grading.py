"""Grades: what speaks for a record, how fresh it is, how much of it is known; here of a listing.

Points are 0-100. The points of all reasons make the score to the hundredth, and their maxima make 100.
A client's level is graded alike: domain/rating/levels.py. Rules: docs/rules/listings.md, "Grades".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from agency_crm.domain.money import apportion, fen
from agency_crm.domain.rating.facts import ListingFacts

ATTRIBUTES, FRESHNESS, COMPLETENESS = "Attributes", "Freshness", "Completeness"
FRESH, AGEING, STALE = "Fresh", "Ageing", "Stale"
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Item:
	"""Something a record has or hasn't, and the part of the grade it belongs to."""

	part: str
	test: Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Scale:
	"""What an agency grades by: the weights of the parts and of the items, days, and the least score a grade.

	`items` are keys of `known` with their weight within their part. `ageing_percent` of the points of freshness
	are left between `fresh_days` and `ageing_days`.
	"""

	known: ClassVar[Mapping[str, Item]] = {}

	attributes: Decimal = Decimal(40)
	freshness: Decimal = Decimal(30)
	completeness: Decimal = Decimal(30)
	items: tuple[tuple[str, Decimal], ...] = ()
	a: Decimal = Decimal(80)
	b: Decimal = Decimal(60)
	c: Decimal = Decimal(40)
	fresh_days: int = 15
	ageing_days: int = 30
	ageing_percent: Decimal = Decimal(50)

	@cached_property
	def maxima(self) -> tuple[tuple[str, Decimal], ...]:
		"""(item, the points it can give), freshness first; a part without items leaves its points to the others."""
		sums = {part: Decimal(0) for part in (ATTRIBUTES, COMPLETENESS)}
		for item, weight in self.items:
			sums[self.known[item].part] += weight
		weights = {ATTRIBUTES: self.attributes, COMPLETENESS: self.completeness}
		shares = [(FRESHNESS, self.freshness)]
		for item, weight in self.items:
			part = self.known[item].part
			if weight:
				shares.append((item, weights[part] * weight / sums[part]))
		whole = sum(share for _item, share in shares)
		points = apportion(WHOLE if whole else Decimal(0), [share for _item, share in shares])
		return tuple((item, most) for (item, _share), most in zip(shares, points, strict=True) if most)


@dataclass(frozen=True)
class Reason:
	"""What a part of the score comes from; of freshness `item` says which of FRESH, AGEING, STALE it is."""

	part: str
	item: str
	points: Decimal
	most: Decimal


@dataclass(frozen=True)
class Graded:
	"""A score of 0-100, its letter, and the reasons whose points make it."""

	score: Decimal
	grade: str
	reasons: tuple[Reason, ...]


def _tax_free(facts: ListingFacts, rules: GradeRules) -> bool:
	"""满五唯一: no income tax for the seller to pass on."""
	return facts.listing_type == "Sale" and facts.sole_home and _held(facts, rules.tax_free_years)


def _near_metro(facts: ListingFacts, rules: GradeRules) -> bool:
	return bool(facts.metro_distance) and facts.metro_distance <= rules.metro_most


def _held(facts: ListingFacts, years: int) -> bool:
	return facts.holding_years is not None and facts.holding_years >= years


ITEMS: dict[str, Item] = {
	"Surveyed": Item(ATTRIBUTES, lambda facts, _rules: facts.surveyed),
	"Exclusive Mandate": Item(ATTRIBUTES, lambda facts, _rules: facts.mandate_type == "Exclusive"),
	"Has Key": Item(ATTRIBUTES, lambda facts, _rules: facts.key_status in ("In", "Out", "Overdue")),
	"Free of Tax": Item(ATTRIBUTES, _tax_free),
	"Verified": Item(ATTRIBUTES, lambda facts, _rules: facts.verified),
	"VR": Item(ATTRIBUTES, lambda facts, _rules: facts.has_vr),
	"Video": Item(ATTRIBUTES, lambda facts, _rules: facts.has_video),
	"Photos": Item(ATTRIBUTES, lambda facts, rules: facts.photos >= max(rules.photos_min, 1)),
	"Near Metro": Item(ATTRIBUTES, _near_metro),
	"School District": Item(ATTRIBUTES, lambda facts, _rules: facts.has_school),
	"Urgent Sale": Item(ATTRIBUTES, lambda facts, _rules: facts.is_urgent),
	"Room Number": Item(COMPLETENESS, lambda facts, _rules: facts.room_known),
	"Owner": Item(COMPLETENESS, lambda facts, _rules: bool(facts.owners)),
	"Layout": Item(COMPLETENESS, lambda facts, _rules: bool(facts.bedrooms)),
	"Net Area": Item(COMPLETENESS, lambda facts, _rules: bool(facts.net_area)),
	"Floor": Item(COMPLETENESS, lambda facts, _rules: bool(facts.floor and facts.total_floors)),
	"Orientation": Item(COMPLETENESS, lambda facts, _rules: bool(facts.orientation)),
	"Decoration": Item(COMPLETENESS, lambda facts, _rules: bool(facts.decoration)),
	"Elevator": Item(COMPLETENESS, lambda facts, _rules: bool(facts.elevator)),
	"Year Built": Item(COMPLETENESS, lambda facts, _rules: bool(facts.year_built)),
	"Ownership Type": Item(COMPLETENESS, lambda facts, _rules: bool(facts.ownership_type)),
	"Held Since": Item(COMPLETENESS, lambda facts, _rules: facts.holding_years is not None),
	"Floor Plan": Item(COMPLETENESS, lambda facts, _rules: facts.has_floor_plan),
}


@dataclass(frozen=True)
class GradeRules(Scale):
	"""The scale of listings, and from where on their items count."""

	known: ClassVar[Mapping[str, Item]] = ITEMS

	photos_min: int = 5
	metro_most: int = 800
	tax_free_years: int = 5


def grade(facts: Any, rules: Scale) -> Graded:
	"""Return the score, the letter and the reasons of a record, from its facts in the words of the scale.

	Facts of every kind know `days_untouched`.
	"""
	reasons = []
	for item, most in rules.maxima:
		if item == FRESHNESS:
			state, percent = _freshness(facts.days_untouched, rules)
			reasons.append(Reason(FRESHNESS, state, fen(most * percent / WHOLE), most))
		else:
			points = most if rules.known[item].test(facts, rules) else Decimal(0)
			reasons.append(Reason(rules.known[item].part, item, points, most))
	score = sum((reason.points for reason in reasons), Decimal(0))
	return Graded(score, _letter(score, rules), tuple(reasons))


def _freshness(days: int, rules: Scale) -> tuple[str, Decimal]:
	if days <= rules.fresh_days:
		return FRESH, WHOLE
	return (AGEING, rules.ageing_percent) if days <= rules.ageing_days else (STALE, Decimal(0))


def _letter(score: Decimal, rules: Scale) -> str:
	letters = (("A", rules.a), ("B", rules.b), ("C", rules.c))
	return next((letter for letter, least in letters if score >= least), "D")
