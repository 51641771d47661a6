"""What a client really looked at, beside what they said.

What met more interest counts more. Prices are CNY (of a lease a month's rent), areas m², shares percent.
Rules: docs/rules/clients.md, "Profile".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agency_crm.domain.money import apportion, fen

PRICE, AREA, BEDROOMS, PLACES = "price", "area", "bedrooms", "places"
ABOVE, BELOW, OUTSIDE = "Above", "Below", "Outside"
WHOLE = Decimal(100)
LOWER, UPPER = ("price_min", "area_min", "bedrooms_min"), ("price_max", "area_max", "bedrooms_max")


@dataclass(frozen=True)
class Viewed:
	"""A listing somebody was shown: its facts, 0 or "" where unknown, and the interest it met, 1 to 5.

	`within` names the place and all it lies in.
	"""

	price: Decimal
	area: Decimal
	bedrooms: int
	place: str
	estate: str
	within: frozenset[str]
	interest: int


@dataclass(frozen=True)
class Said:
	"""What a requirement asks for; 0, no places and no estates leave it open."""

	price_min: Decimal = Decimal(0)
	price_max: Decimal = Decimal(0)
	area_min: Decimal = Decimal(0)
	area_max: Decimal = Decimal(0)
	bedrooms_min: int = 0
	bedrooms_max: int = 0
	places: frozenset[str] = frozenset()
	estates: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Span:
	"""The lowest, the mean by interest, and the highest of an amount."""

	low: Decimal
	mean: Decimal
	high: Decimal


@dataclass(frozen=True)
class LookedAt:
	"""What all viewed listings together say; places and bedrooms with their share, the largest first."""

	listings: int
	price: Span | None
	area: Span | None
	places: tuple[tuple[str, Decimal], ...]
	bedrooms: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True)
class Difference:
	"""Where they looked at something else than they said.

	The mean of a price or an area lies so many percent ABOVE or BELOW the range they named; so many percent
	of what they looked at has other bedrooms, or lies OUTSIDE the places they named.
	"""

	item: str
	direction: str
	percent: Decimal


def looked_at(viewed: Sequence[Viewed]) -> LookedAt:
	"""Return what the viewed listings say together."""
	return LookedAt(
		len(viewed),
		_span(viewed, lambda listing: listing.price),
		_span(viewed, lambda listing: listing.area),
		_shares(viewed, lambda listing: listing.place),
		_shares(viewed, lambda listing: listing.bedrooms),
	)


def together(wishes: Iterable[Said]) -> Said:
	"""Return what several requirements ask for between them: the widest of each."""
	wishes = list(wishes)
	if not wishes:
		return Said()
	anywhere = any(not (wish.places or wish.estates) for wish in wishes)
	return Said(
		**{field: _widest([getattr(wish, field) for wish in wishes], min) for field in LOWER},
		**{field: _widest([getattr(wish, field) for wish in wishes], max) for field in UPPER},
		places=frozenset() if anywhere else frozenset().union(*(wish.places for wish in wishes)),
		estates=frozenset() if anywhere else frozenset().union(*(wish.estates for wish in wishes)),
	)


def differences(said: Said, viewed: Sequence[Viewed]) -> tuple[Difference, ...]:
	"""Return where the viewed listings leave what was said, in the order price, area, bedrooms, places."""
	seen = looked_at(viewed)
	found = [
		_beyond(PRICE, seen.price, said.price_min, said.price_max),
		_beyond(AREA, seen.area, said.area_min, said.area_max),
		_outside(
			BEDROOMS, viewed, lambda listing: listing.bedrooms, lambda listing: _has_rooms(listing, said)
		),
		_outside(PLACES, viewed, lambda listing: listing.place, lambda listing: _lies_in(listing, said)),
	]
	return tuple(filter(None, found))


def _span(viewed: Sequence[Viewed], of: Callable[[Viewed], Decimal]) -> Span | None:
	known = [(of(listing), listing.interest) for listing in viewed if of(listing)]
	if not known:
		return None
	amounts = [amount for amount, _interest in known]
	mean = sum(amount * interest for amount, interest in known) / sum(interest for _amount, interest in known)
	return Span(min(amounts), fen(mean), max(amounts))


def _shares(viewed: Sequence[Viewed], of: Callable[[Viewed], Hashable]) -> tuple[tuple, ...]:
	weights: dict = defaultdict(Decimal)
	for listing in viewed:
		if of(listing):
			weights[of(listing)] += listing.interest
	parts = zip(weights, apportion(WHOLE if weights else Decimal(0), list(weights.values())), strict=True)
	return tuple(sorted(parts, key=lambda part: (-part[1], str(part[0]))))


def _widest(ends: list, choose: Callable) -> Decimal | int:
	"""An end that one of them leaves open is open."""
	return choose(ends) if all(ends) else type(ends[0])(0)


def _beyond(item: str, span: Span | None, low: Decimal, high: Decimal) -> Difference | None:
	if span and high and span.mean > high:
		return Difference(item, ABOVE, fen((span.mean / high - 1) * WHOLE))
	if span and low and span.mean < low:
		return Difference(item, BELOW, fen((1 - span.mean / low) * WHOLE))
	return None


def _outside(item: str, viewed: Sequence[Viewed], known: Callable, inside: Callable) -> Difference | None:
	weights = [(listing.interest, inside(listing)) for listing in viewed if known(listing)]
	out = sum(interest for interest, fits in weights if not fits)
	if not out:
		return None
	return Difference(item, OUTSIDE, fen(WHOLE * out / sum(interest for interest, _fits in weights)))


def _has_rooms(listing: Viewed, said: Said) -> bool:
	return listing.bedrooms >= said.bedrooms_min and (
		not said.bedrooms_max or listing.bedrooms <= said.bedrooms_max
	)


def _lies_in(listing: Viewed, said: Said) -> bool:
	anywhere = not (said.places or said.estates)
	return anywhere or listing.estate in said.estates or not said.places.isdisjoint(listing.within)
