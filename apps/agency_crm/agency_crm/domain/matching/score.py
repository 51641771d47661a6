"""Which homes a client would want: a gate, and a score of 0-100 whose parts are its reasons.

One function scores both ways: a row of wishes beside a row of homes, either of which may be one alone.

What a row holds, and its units: domain/matching/rows.py. Rules: docs/rules/matching.md, "Gate", "Score".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from agency_crm.domain.matching.rows import METRO_STEP, Homes, MatchedListing, Rows, Wish, Wishes

# why a part gave its points
AS_ASKED, BELOW, ABOVE, OTHER, UNKNOWN = "As Asked", "Below", "Above", "Otherwise", "Not Known"
NAMED_ESTATE, NAMED_PLACE, WIDER_PLACE, GRADED = "Named Estate", "Named Place", "Wider Place", "Grade"
WORDS = (AS_ASKED, BELOW, ABOVE, OTHER, UNKNOWN, NAMED_ESTATE, NAMED_PLACE, WIDER_PLACE, GRADED)
WHOLE = 10_000  # points are counted in hundredths, so that they add up exactly
# how far beyond what was asked a fact is half as good: a share of it, rooms, years
HALF_AS_GOOD, ROOMS_APART, YEARS_APART = 0.1, 1, 5
UNKNOWN_FIT = 0.5
PLACE_FIT, WIDER_FIT = 0.8, 0.5  # beside the named estate; known less exactly than asked


Column = Callable[[Rows], np.ndarray]
Fit = Callable[[Wishes, Homes, "MatchRules"], np.ndarray]
Word = Callable[[Wishes, Homes, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Part:
	"""A part of the score: whether a wish asks for it, how well a home fits (0-1), and which of WORDS says why,
	where it is told whether all points were given.
	"""

	asked: Column
	fit: Fit
	word: Word


@dataclass(frozen=True)
class MatchRules:
	"""What an agency matches by: how far a price may be out of the budget in %, and how near the metro is, in m."""

	budget_percent: Decimal = Decimal(10)
	metro_most: int = 800

	@property
	def stretch(self) -> float:
		"""The factor by which the budget reaches further."""
		return 1 + float(self.budget_percent) / 100


@dataclass(frozen=True)
class Weights:
	"""What each part of PARTS counts for, beside the others that a wish asks for; one that isn't named, nothing."""

	parts: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULTS))

	def row(self, factors: Mapping[str, float] | None = None) -> np.ndarray:
		"""Return the weights in the order of PARTS, each times what was learned of one client."""
		factors = factors or {}
		return np.array([[float(self.parts.get(part, 0)) * factors.get(part, 1) for part in PARTS]])


@dataclass(frozen=True)
class Reason:
	"""What a part gave of the most it could, and one of WORDS for why."""

	part: str
	points: Decimal
	most: Decimal
	word: str


@dataclass(frozen=True)
class Match:
	"""A score of 0-100 and the reasons whose points make it, the parts a wish asks for."""

	score: Decimal
	reasons: tuple[Reason, ...]


def price_range(budget_min: float, budget_max: float, rules: MatchRules) -> tuple[float, float, float]:
	"""Return the least and the most a home may cost, where nothing is said of an end 0 and infinity, and what lies
	in the middle of the budget.
	"""
	middle = (budget_min + budget_max) / 2 if budget_min and budget_max else budget_min or budget_max
	return budget_min / rules.stretch, budget_max * rules.stretch or np.inf, middle


def gate(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
	"""Return which pairs are possible at all: of one type, both alive, the price within the stretched budget, the
	place within or around one that is asked for, and every must-have there. What isn't known is not there.
	"""
	wish, home = wishes.small, homes.small
	near = (home["metro_distance"] > 0) & (home["metro_distance"] * METRO_STEP <= rules.metro_most)
	return (
		(wishes.sale == homes.sale)
		& (wishes.is_open & homes.on_market)
		& (homes.price >= wishes.budget_min / rules.stretch)
		& ((wishes.budget_max == 0) | (homes.price <= wishes.budget_max * rules.stretch))
		& ((homes.price > 0) | ~_asks_price(wishes))
		& (~_asks_place(wishes) | (_place_fit(wishes, homes, rules) > 0))
		& ((wish["needs_metro"] == 0) | near)
		& (wish["needs_school"] <= home["has_school"])
		& ((wish["needs_elevator"] == 0) | (home["elevator"] == 1))
	)


def points(
	wishes: Wishes, homes: Homes, weights: np.ndarray, rules: MatchRules
) -> tuple[np.ndarray, np.ndarray]:
	"""Return (points, most) of each pair and part in hundredths, a column a part of PARTS.

	A row of `most` adds up to 10,000, what isn't asked for having none of it; `weights` has a row a wish, or one.
	"""
	asked = np.stack([part.asked(wishes) for part in PARTS.values()], axis=1)
	shares = np.cumsum(np.where(asked, weights, 0), axis=1)
	whole = shares[:, -1:]
	# the ends are rounded, not the parts, so that the parts add up
	ends = np.rint(np.divide(shares * WHOLE, whole, out=np.zeros_like(shares), where=whole > 0))
	most = np.diff(ends, axis=1, prepend=0)
	nothing = np.zeros(max(len(wishes), len(homes)))
	fits = [
		part.fit(wishes, homes, rules) if any_asks else nothing
		for part, any_asks in zip(PARTS.values(), asked.any(axis=0), strict=True)
	]
	given = np.rint(most * np.stack(np.broadcast_arrays(*fits), axis=1))
	return given.astype(int), np.broadcast_to(most, given.shape).astype(int)


def scores(wishes: Wishes, homes: Homes, weights: np.ndarray, rules: MatchRules) -> np.ndarray:
	"""Return the score of each pair in hundredths of a point, 0-10,000."""
	return points(wishes, homes, weights, rules)[0].sum(axis=1)


def matches(wishes: Wishes, homes: Homes, weights: np.ndarray, rules: MatchRules) -> list[Match]:
	"""Return the score of each pair with its reasons; for the few that are shown."""
	given, most = points(wishes, homes, weights, rules)
	full = given == most
	words = [
		np.broadcast_to(part.word(wishes, homes, full[:, at]), len(given))
		for at, part in enumerate(PARTS.values())
	]
	return [
		Match(
			_decimal(given[row].sum()),
			tuple(
				Reason(part, _decimal(given[row, at]), _decimal(most[row, at]), str(words[at][row]))
				for at, part in enumerate(PARTS)
				if most[row, at]
			),
		)
		for row in range(len(given))
	]


def match(
	wish: Wish, home: MatchedListing, weights: Weights | None = None, rules: MatchRules | None = None
) -> Match | None:
	"""Return the Match of one pair, None where it doesn't pass the gate: the rows of one."""
	rules = rules or MatchRules()
	wishes, homes = Wishes.of([wish]), Homes.of([home])
	if not gate(wishes, homes, rules)[0]:
		return None
	return matches(wishes, homes, (weights or Weights()).row(), rules)[0]


def best_first(scores: np.ndarray, names: np.ndarray) -> np.ndarray:
	"""Return the positions of the scores, the highest first, equal ones in the order of their names."""
	return np.lexsort((names, -scores))


def _decimal(hundredths: int) -> Decimal:
	return Decimal(int(hundredths)).scaleb(-2)


# What asks, fits and is said.


def _asks_place(wishes: Wishes) -> np.ndarray:
	return wishes.small["names_places"] > 0


def _asks_price(wishes: Wishes) -> np.ndarray:
	return (wishes.budget_min > 0) | (wishes.budget_max > 0)


def _asks_area(wishes: Wishes) -> np.ndarray:
	return (wishes.area_min > 0) | (wishes.area_max > 0)


def _always(wishes: Wishes) -> np.ndarray:
	return np.ones(len(wishes), dtype=bool)


def _place_fit(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
	"""The named estate, or a place within a named one; less where the home is known by a wider place alone."""
	named, within, wider = _places(wishes, homes)
	circle = np.where(wishes.small["names_estates"] > 0, PLACE_FIT, 1)
	return np.select([named, within, wider], [1, circle, WIDER_FIT], 0)


def _places(wishes: Wishes, homes: Homes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
	left, right, estate = homes.left[:, None], homes.right[:, None], homes.estate[:, None]
	named = ((wishes.estates == estate) & (estate > 0)).any(axis=1)
	known = (wishes.lefts > 0) & (left > 0)
	within = (known & (wishes.lefts <= left) & (right <= wishes.rights)).any(axis=1)
	wider = (known & (left <= wishes.lefts) & (wishes.rights <= right)).any(axis=1)
	return named, within, wider


def _place_word(wishes: Wishes, homes: Homes, full: np.ndarray) -> np.ndarray:
	named, within, _wider = _places(wishes, homes)
	return np.select([named, within], [NAMED_ESTATE, NAMED_PLACE], WIDER_PLACE)


def _near(value: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
	"""How near a value is to a range, 0-1: all within it is as good, a tenth beyond half as good.

	Of a range with one end that end is the range: people name what they look for.
	"""
	low, high = np.where(low > 0, low, high), np.where(high > 0, high, low)
	beyond = np.maximum(low - value, value - high).clip(0) / np.maximum(high, 1)
	return np.where(value > 0, 1 / (1 + (beyond / HALF_AS_GOOD) ** 2), UNKNOWN_FIT)


def _price_fit(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
	return _near(homes.price, wishes.budget_min, wishes.budget_max)


def _area_fit(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
	return _near(homes.gross_area, wishes.area_min, wishes.area_max)


def _rooms_fit(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
	wish, rooms = wishes.small, homes.small["bedrooms"]
	high = np.where(wish["bedrooms_max"] > 0, wish["bedrooms_max"], rooms)
	beyond = np.maximum(wish["bedrooms_min"] - rooms, rooms - high).clip(0)
	return np.where(rooms > 0, 1 / (1 + (beyond / ROOMS_APART) ** 2), UNKNOWN_FIT)


def _age_fit(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
	year = homes.small["year_built"]
	beyond = (wishes.small["built_from"] - year).clip(0)
	return np.where(year > 0, 1 / (1 + (beyond / YEARS_APART) ** 2), UNKNOWN_FIT)


def _orientation_fit(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
	found = homes.small["orientation"]
	return np.where(found > 0, (found & wishes.small["orientations"]) > 0, UNKNOWN_FIT)


def _metro_fit(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
	away = homes.small["metro_distance"] * METRO_STEP
	return np.where(away > 0, 1 / (1 + (away / rules.metro_most) ** 2), 0)


def _grade_fit(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
	return homes.small["grade_score"] / 100


def _one_of(asked: str, has: str) -> Part:
	"""A part that asks for one of several kinds."""

	def fit(wishes: Wishes, homes: Homes, rules: MatchRules) -> np.ndarray:
		kind = homes.small[has]
		return np.where(kind > 0, wishes.small[asked] >> (kind - 1).clip(0) & 1, UNKNOWN_FIT)

	return Part(_asks(asked), fit, _said(has))


def _asks(*names: str) -> Callable[[Wishes], np.ndarray]:
	return lambda wishes: np.logical_or.reduce([wishes.small[name] > 0 for name in names])


def _said(has: str) -> Word:
	"""Say whether a fact is as asked, is not, or isn't known."""
	return lambda wishes, homes, full: np.select([full, homes.small[has] == 0], [AS_ASKED, UNKNOWN], OTHER)


def _ranged(value: Column, low: Column, high: Column) -> Word:
	"""Say whether a fact is within what is asked, below or above it, or isn't known."""

	def word(wishes: Wishes, homes: Homes, full: np.ndarray) -> np.ndarray:
		found, least, most = value(homes), low(wishes), high(wishes)
		return np.select(
			[found == 0, found < least, (most > 0) & (found > most)], [UNKNOWN, BELOW, ABOVE], AS_ASKED
		)

	return word


def _has(asked: str, fit: Fit | None = None) -> Part:
	"""A must-have, which what passes the gate has."""
	return Part(
		_asks(asked),
		fit or (lambda wishes, homes, rules: np.ones(1)),
		lambda wishes, homes, full: np.array(AS_ASKED),
	)


def _column(name: str) -> Column:
	return lambda rows: getattr(rows, name)


def _small(name: str) -> Column:
	return lambda rows: rows.small[name]


PARTS: dict[str, Part] = {
	"Place": Part(_asks_place, _place_fit, _place_word),
	"Price": Part(
		_asks_price, _price_fit, _ranged(_column("price"), _column("budget_min"), _column("budget_max"))
	),
	"Area": Part(
		_asks_area, _area_fit, _ranged(_column("gross_area"), _column("area_min"), _column("area_max"))
	),
	"Rooms": Part(
		_asks("bedrooms_min", "bedrooms_max"),
		_rooms_fit,
		_ranged(_small("bedrooms"), _small("bedrooms_min"), _small("bedrooms_max")),
	),
	"Property Type": _one_of("property_types", "property_type"),
	"Floor": _one_of("floor_bands", "floor_band"),
	"Age": Part(_asks("built_from"), _age_fit, _said("year_built")),
	"Orientation": Part(_asks("orientations"), _orientation_fit, _said("orientation")),
	"Decoration": _one_of("decorations", "decoration"),
	"Metro": _has("needs_metro", _metro_fit),
	"School": _has("needs_school"),
	"Elevator": _has("needs_elevator"),
	# what speaks for any home, whoever asks
	"Grade": Part(_always, _grade_fit, lambda wishes, homes, full: np.array(GRADED)),
}
# what an agency starts with: Price, Area, Rooms, Floor and Age as tests/perf/tune_matching.py found them best, the
# others, which the real listings say nothing of, chosen beside them
DEFAULTS: dict[str, int] = {
	"Place": 10,
	"Price": 12,
	"Area": 10,
	"Rooms": 8,
	"Property Type": 8,
	"Floor": 7,
	"Age": 7,
	"Orientation": 5,
	"Decoration": 5,
	"Metro": 4,
	"School": 4,
	"Elevator": 4,
	"Grade": 4,
}
