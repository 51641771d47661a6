"""Homes and wishes as matching reads them: rows of numpy columns, small facts packed into one number.

Columns are float64 and int64, not Decimal: a price in CNY is exact in a float64 to 10**13, what is computed from
it is a likeness and no amount, and a million Decimals take seconds where the floats take milliseconds. `Wish` and
`MatchedListing`, what others make, keep Decimal. Prices are CNY (a month's rent of a lease), areas m², distances m; 0 or ""
is what isn't known of a home and what isn't asked by a wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property

import numpy as np

from agency_crm.domain.inputs.floors import BANDS

TYPES = {"Buy": "Sale", "Rent": "Lease"}  # what a requirement is -> what a listing is
PROPERTY_TYPES = ("Residential", "Apartment", "Villa", "Commercial")
DECORATIONS = ("Rough", "Simple", "Fine", "Luxury")
DIRECTIONS = ("东", "东南", "南", "西南", "西", "西北", "北", "东北")
ELEVATOR = ("Yes", "No")
YEAR_ZERO = 1799  # years are kept as a number of eight bits
METRO_STEP = 10  # distances to the metro as one of nine, rounded up


class Packed:
	"""Small whole numbers side by side in one, so that a narrow index holds all of them.

	All fit in 53 bits: the Desk's JavaScript keeps such a number whole.
	"""

	def __init__(self, **bits: int) -> None:
		self.bits = bits

	def pack(self, **values: int) -> int:
		"""Return the values as one number; one that is out of its bits is kept as the nearest that isn't."""
		packed, shift = 0, 0
		for name, bits in self.bits.items():
			packed |= min(max(values.get(name, 0), 0), (1 << bits) - 1) << shift
			shift += bits
		return packed

	def part(self, name: str, value: int | None = None) -> int:
		"""Return one value in its place, the greatest where none is given: what a query compares by bits."""
		shift = sum(list(self.bits.values())[: list(self.bits).index(name)])
		return ((1 << self.bits[name]) - 1 if value is None else value) << shift

	def unpack(self, packed: np.ndarray) -> dict[str, np.ndarray]:
		"""Return the columns of a column of such numbers."""
		columns, shift = {}, 0
		for name, bits in self.bits.items():
			columns[name] = packed >> shift & (1 << bits) - 1
			shift += bits
		return columns


HOME_FACTS = Packed(
	property_type=3,
	bedrooms=5,
	floor_band=3,
	year_built=9,
	orientation=8,
	decoration=3,
	metro_distance=9,
	has_school=1,
	elevator=2,
	grade_score=7,
)
WISH_FACTS = Packed(
	property_types=4,
	bedrooms_min=5,
	bedrooms_max=5,
	floor_bands=6,
	built_from=9,
	orientations=8,
	decorations=4,
	needs_metro=1,
	needs_school=1,
	needs_elevator=1,
	names_places=1,
	names_estates=1,
)


@dataclass(frozen=True)
class MatchedListing:
	"""A listing as it is matched.

	`territory` is its (left, right) in the nested set of territories, `estate` whatever number its caller gives
	estates; `orientation` names directions, apart or run together: 南 北. `grade_score` is 0-100.
	"""

	listing_type: str = "Sale"
	on_market: bool = True
	price: Decimal = Decimal(0)
	gross_area: Decimal = Decimal(0)
	territory: tuple[int, int] = (0, 0)
	estate: int = 0
	property_type: str = ""
	bedrooms: int = 0
	floor_band: str = ""
	year_built: int = 0
	orientation: str = ""
	decoration: str = ""
	metro_distance: int = 0
	has_school: bool = False
	elevator: str = ""
	grade_score: float = 0

	def packed(self) -> int:
		"""Return the facts that are small numbers, as HOME_FACTS."""
		return HOME_FACTS.pack(
			property_type=_place_in(PROPERTY_TYPES, self.property_type),
			bedrooms=self.bedrooms,
			floor_band=_place_in(BANDS, self.floor_band),
			year_built=self.year_built and self.year_built - YEAR_ZERO,
			orientation=_mask(DIRECTIONS, directions(self.orientation)),
			decoration=_place_in(DECORATIONS, self.decoration),
			metro_distance=-(-self.metro_distance // METRO_STEP),
			has_school=int(self.has_school),
			elevator=_place_in(ELEVATOR, self.elevator),
			grade_score=int(self.grade_score),
		)


@dataclass(frozen=True)
class Wish:
	"""A requirement as it is matched: what is asked, each of it as MatchedListing has it.

	`territories` and `estates` are several places of which any will do. `built_from` is the oldest year.
	"""

	requirement_type: str = "Buy"
	is_open: bool = True
	budget_min: Decimal = Decimal(0)
	budget_max: Decimal = Decimal(0)
	area_min: Decimal = Decimal(0)
	area_max: Decimal = Decimal(0)
	territories: tuple[tuple[int, int], ...] = ()
	estates: tuple[int, ...] = ()
	property_types: tuple[str, ...] = ()
	bedrooms_min: int = 0
	bedrooms_max: int = 0
	floor_bands: tuple[str, ...] = ()
	built_from: int = 0
	orientations: tuple[str, ...] = ()
	decorations: tuple[str, ...] = ()
	needs_metro: bool = False
	needs_school: bool = False
	needs_elevator: bool = False

	def packed(self) -> int:
		"""Return what is asked in small numbers, as WISH_FACTS."""
		return WISH_FACTS.pack(
			property_types=_mask(PROPERTY_TYPES, self.property_types),
			bedrooms_min=self.bedrooms_min,
			bedrooms_max=self.bedrooms_max,
			floor_bands=_mask(BANDS, self.floor_bands),
			built_from=self.built_from and self.built_from - YEAR_ZERO,
			orientations=_mask(DIRECTIONS, self.orientations),
			decorations=_mask(DECORATIONS, self.decorations),
			needs_metro=int(self.needs_metro),
			needs_school=int(self.needs_school),
			needs_elevator=int(self.needs_elevator),
			names_places=int(bool(self.territories or self.estates)),
			names_estates=int(bool(self.estates)),
		)


class Rows:
	"""Columns of one length, or of one row that stands beside each of others."""

	def __len__(self) -> int:
		return len(getattr(self, fields(self)[0].name))

	def take(self, which):
		"""Return the rows of an index array or a slice."""
		return type(self)(**{column.name: getattr(self, column.name)[which] for column in fields(self)})

	def beside(self, which):
		"""Return `take`; one row that stands beside each of others goes on doing so."""
		return self if len(self) == 1 else self.take(which)


@dataclass(frozen=True)
class Homes(Rows):
	"""Rows of MatchedListing: `sale` and `on_market` true or false, `left` and `right` the territory, `facts` HOME_FACTS."""

	sale: np.ndarray
	on_market: np.ndarray
	price: np.ndarray
	gross_area: np.ndarray
	left: np.ndarray
	right: np.ndarray
	estate: np.ndarray
	facts: np.ndarray

	@cached_property
	def small(self) -> dict[str, np.ndarray]:
		"""The columns of `facts`."""
		return HOME_FACTS.unpack(self.facts)

	@classmethod
	def of(cls, homes: Iterable[MatchedListing]) -> Homes:
		"""Return rows of these homes."""
		return cls(
			*_columns(
				(
					*(home.listing_type == "Sale", home.on_market, float(home.price), float(home.gross_area)),
					*(*home.territory, home.estate, home.packed()),
				)
				for home in homes
			)
		)


@dataclass(frozen=True)
class Wishes(Rows):
	"""Rows of Wish; `lefts`, `rights` and `estates` hold a row of places each, filled up with 0.

	Places that hold none of the homes may be left out: `facts` say whether any are named.
	"""

	sale: np.ndarray
	is_open: np.ndarray
	budget_min: np.ndarray
	budget_max: np.ndarray
	area_min: np.ndarray
	area_max: np.ndarray
	facts: np.ndarray
	lefts: np.ndarray
	rights: np.ndarray
	estates: np.ndarray

	@cached_property
	def small(self) -> dict[str, np.ndarray]:
		"""The columns of `facts`."""
		return WISH_FACTS.unpack(self.facts)

	@classmethod
	def of(cls, wishes: Iterable[Wish]) -> Wishes:
		"""Return rows of these wishes."""
		wishes = list(wishes)
		amounts = ("budget_min", "budget_max", "area_min", "area_max")
		return cls(
			*_columns(
				(
					*(TYPES[wish.requirement_type] == "Sale", wish.is_open),
					*(float(getattr(wish, amount)) for amount in amounts),
					wish.packed(),
				)
				for wish in wishes
			),
			padded([left for left, _right in wish.territories] for wish in wishes),
			padded([right for _left, right in wish.territories] for wish in wishes),
			padded(wish.estates for wish in wishes),
		)


def directions(text: str) -> tuple[str, ...]:
	"""Return the directions a text names, apart or run together: `南 北`, `东南,南`, `南北通透`."""
	return tuple(dict.fromkeys(re.findall("|".join(sorted(DIRECTIONS, key=len, reverse=True)), text or "")))


def padded(rows: Iterable[Sequence[int]]) -> np.ndarray:
	"""Return rows of whole numbers as one array, the shorter ones filled up with 0."""
	rows = [tuple(row) for row in rows]
	wide = max(map(len, rows), default=0)
	return np.array([row + (0,) * (wide - len(row)) for row in rows], dtype=np.int64).reshape(len(rows), wide)


def _columns(rows: Iterable[tuple]) -> Iterator[np.ndarray]:
	return (np.array(column) for column in zip(*rows, strict=True))


def _place_in(kinds: Sequence[str], kind: str) -> int:
	"""1 for the first kind; 0 for none or one that isn't known."""
	return kinds.index(kind) + 1 if kind in kinds else 0


def _mask(kinds: Sequence[str], wanted: Iterable[str]) -> int:
	"""A bit a kind, the first the lowest."""
	return sum(1 << kinds.index(kind) for kind in set(wanted) if kind in kinds)
