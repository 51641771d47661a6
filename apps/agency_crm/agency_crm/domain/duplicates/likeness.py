"""Whether two listings are one home: a score from 0 to 100 with its reasons.

A whole address is certain. Without one, points are added: the same owner's phone in the same estate is enough
for a review, and so are area, floor and layout together. Two known addresses that differ leave what the homes
look like half its points: neighbours have one layout.
Rules: docs/rules/listings.md, "Duplicates".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

CERTAIN = 100
# the most that points alone reach: only an address is certain
LIKELY = 99
# the most floors of a house that is told by its height alone
FEW_FLOORS = 4
# an estate is built over some years, and sources round: further apart they are two buildings
YEARS = 5

Reason = Literal["Address", "Other Address", "Phone", "Area", "Floor", "Layout", "Building", "Room", "Price"]


@dataclass(frozen=True)
class ComparedListing:
	"""What is compared of a listing. Areas m², prices CNY; "", 0 or None where not known.

	`estate` is the dictionary's key, the parts of the address are normalised (domain/inputs/address.py), `owners` are
	keyed hashes of the owners' numbers.
	"""

	listing_type: str
	estate: str
	building: str = ""
	unit: str = ""
	room: str = ""
	gross_area: Decimal = Decimal(0)
	floor: int = 0
	total_floors: int = 0
	floor_band: str = ""
	bedrooms: int = 0
	living_rooms: int = 0
	kitchens: int = 0
	bathrooms: int = 0
	year_built: int = 0
	price: Decimal = Decimal(0)
	owners: frozenset[str] = frozenset()

	@property
	def whole(self) -> bool:
		"""Whether the address names one home: many buildings have no unit."""
		return bool(self.estate and self.building and self.room)


@dataclass(frozen=True)
class Points:
	"""What each thing two homes have in common counts for; an agency's own, from Agency Settings."""

	phone: int
	area: int
	floor: int
	layout: int
	building: int
	room: int
	price: int


@dataclass(frozen=True)
class LikenessRules:
	"""How alike areas must be in %, from which score a pair is reviewed, and the points."""

	area_percent: Decimal
	review_from: int
	points: Points


@dataclass(frozen=True)
class Likeness:
	"""How sure it is that two listings are one home, 0 to 100, and why."""

	score: int = 0
	reasons: tuple[Reason, ...] = field(default=())


def compare(one: ComparedListing, other: ComparedListing, rules: LikenessRules) -> Likeness:
	"""Return how alike two homes are; the order of the two doesn't matter.

	A sale and a lease of one home may both be on the market, and homes of two estates are two: both give 0.
	"""
	if one.listing_type != other.listing_type or not one.estate or one.estate != other.estate:
		return Likeness()
	pairs = [(getattr(one, part), getattr(other, part)) for part in ("building", "unit", "room")]
	if one.whole and all(mine == theirs for mine, theirs in pairs):
		return Likeness(CERTAIN, ("Address",))
	apart = any(mine and theirs and mine != theirs for mine, theirs in pairs)
	points = rules.points
	phone = points.phone if one.owners & other.owners else 0
	looks: dict[Reason, int] = {
		"Area": points.area if areas_alike(one.gross_area, other.gross_area, rules.area_percent) else 0,
		"Floor": points.floor if _floors_alike(one, other) else 0,
		"Layout": points.layout if _layouts_alike(one, other) else 0,
		"Building": points.building if one.building and one.building == other.building else 0,
		"Room": points.room if _rooms_alike(one, other, apart) else 0,
		"Price": points.price if one.price and one.price == other.price else 0,
	}
	found = sum(looks.values())
	score = min(LIKELY, phone + (found // 2 if apart else found))
	reasons: list[Reason] = ["Phone"] if phone else []
	reasons += [reason for reason, worth in looks.items() if worth]
	return Likeness(score, tuple([*reasons, "Other Address"] if apart and reasons else reasons))


def areas_alike(one: Decimal, other: Decimal, percent: Decimal) -> bool:
	"""Whether two areas are known and differ by at most `percent` of the larger."""
	return bool(one and other) and abs(one - other) * 100 <= max(one, other) * percent


def alike_range(area: Decimal, percent: Decimal) -> tuple[Decimal, Decimal]:
	"""Return the least and the largest area that is alike; for looking them up by an index."""
	share = min(percent, Decimal(99)) / 100
	return area * (1 - share), area / (1 - share)


def _floors_alike(one: ComparedListing, other: ComparedListing) -> bool:
	"""The same floor, or the same band where a portal withholds it, in buildings not known to differ.

	A house of few floors is often told by its height alone: the same height is enough there.
	"""
	if _buildings_differ(one, other):
		return False
	if one.floor and other.floor:
		return one.floor == other.floor
	if one.floor_band and other.floor_band:
		return one.floor_band == other.floor_band
	return 0 < one.total_floors == other.total_floors <= FEW_FLOORS


def _buildings_differ(one: ComparedListing, other: ComparedListing) -> bool:
	"""Whether two buildings are known to be of another height, or of another time."""
	heights, years = (one.total_floors, other.total_floors), (one.year_built, other.year_built)
	return (all(heights) and heights[0] != heights[1]) or (all(years) and abs(years[0] - years[1]) > YEARS)


def _layouts_alike(one: ComparedListing, other: ComparedListing) -> bool:
	"""Bedrooms and living rooms the same; kitchens and bathrooms where both are told."""
	if not one.bedrooms or (one.bedrooms, one.living_rooms) != (other.bedrooms, other.living_rooms):
		return False
	told = ((one.kitchens, other.kitchens), (one.bathrooms, other.bathrooms))
	return all(mine == theirs for mine, theirs in told if mine and theirs)


def _rooms_alike(one: ComparedListing, other: ComparedListing, apart: bool) -> bool:
	"""One building and room, the unit told of one of them only."""
	return one.whole and other.whole and not apart
