"""How well matching finds the home a client means: wishes derived from single listings, with stated noise.

Pure. A wish names the home's business circle, a budget up to its price ±10 %, an area from its area ±10 %, and of
rooms, floor and age one that is wrong. Found is the home among the first 20 of its circle, whoever ordered them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import log2
from pathlib import Path
from random import Random

import numpy as np

from agency_crm.domain.importing import listing_rows
from agency_crm.domain.importing.base import Outcome
from agency_crm.domain.inputs import tables
from agency_crm.domain.inputs.floors import BANDS
from agency_crm.domain.listings.record import Bounds
from agency_crm.domain.matching import rows as match_rows
from agency_crm.domain.matching import score as matching
from agency_crm.domain.places.estates import EstateIndex, EstateRow, read_estates

FIRST, NOISE = 20, 0.1
PREFERENCES = ("rooms", "floor", "age")
DAYS = {"天": 1, "个月": 30, "年": 365}
CHINESE = {"一": 1}
Order = Callable[[match_rows.Wish, "Circle"], Iterable[int]]


@dataclass(frozen=True)
class Circle:
	"""The homes of a business circle, and how many days each has been published."""

	homes: list[match_rows.MatchedListing]
	days: np.ndarray
	rows: match_rows.Homes


@dataclass(frozen=True)
class Quality:
	"""Share of homes among the first 20, and the mean of what their place is worth: 1 for the first, less below."""

	recall: float
	ndcg: float


def circles(folder: Path) -> list[Circle]:
	"""Read the listings of a portal's folder (`listings.csv`, `estates.csv`) by their business circle."""
	estates = read_estates(tables.read_table("estates.csv", (folder / "estates.csv").read_bytes()))
	table = tables.read_table("listings.csv", (folder / "listings.csv").read_bytes())
	published = {row.number: row.cells["followInfo"] for row in table.rows}
	found: dict[str, list[tuple[match_rows.MatchedListing, int]]] = defaultdict(list)
	numbered = EstateIndex(EstateRow(**{**vars(row), "key": str(at)}) for at, row in enumerate(estates))
	rows = listing_rows.parse_rows(
		table, listing_rows.PORTAL, numbered, Bounds(), date(2026, 1, 1), Outcome()
	)
	for row in rows:
		if isinstance(row, listing_rows.ParsedListing) and row.estate and row.asking_price:
			place = len(found) if row.estate.circle not in found else list(found).index(row.estate.circle)
			home = match_rows.MatchedListing(
				price=row.asking_price,
				gross_area=row.gross_area,
				territory=(2 * place + 1, 2 * place + 2),
				bedrooms=row.bedrooms or 0,
				floor_band=row.floor_band or "",
				year_built=row.year_built or 0,
			)
			found[row.estate.circle].append((home, _days(published[row.row])))
	return [_circle(*zip(*homes, strict=True)) for homes in found.values()]


def wishes(places: Iterable[Circle], random: Random) -> Iterator[tuple[match_rows.Wish, Circle, int]]:
	"""Yield a wish for every home: the wish, its circle, and which of the circle it means."""
	for circle in places:
		for at, home in enumerate(circle.homes):
			yield wish_for(home, random), circle, at


def wish_for(home: match_rows.MatchedListing, random: Random) -> match_rows.Wish:
	"""Return the wish of a client who means a home, said with noise and one preference wrong."""
	wrong = random.choice(PREFERENCES)
	rooms = home.bedrooms + (random.choice((-1, 1)) if wrong == "rooms" else 0)
	bands = [band for band in BANDS if (band == home.floor_band) != (wrong == "floor")]
	built = home.year_built + (random.randint(1, 10) if wrong == "age" else -random.randint(0, 5))
	return match_rows.Wish(
		budget_max=_noisy(home.price, random),
		area_min=_noisy(home.gross_area, random),
		territories=(home.territory,),
		bedrooms_min=max(rooms, 1) if home.bedrooms else 0,
		bedrooms_max=max(rooms, 1) if home.bedrooms else 0,
		floor_bands=(random.choice(bands),) if home.floor_band else (),
		built_from=built if home.year_built else 0,
	)


def quality(asked: Iterable[tuple[match_rows.Wish, Circle, int]], order: Order) -> Quality:
	"""Ask an order for the homes of each wish and see where the one that is meant stands."""
	places = [_place(order(wish, circle), meant) for wish, circle, meant in asked]
	worth = [1 / log2(1 + place) if place else 0.0 for place in places]
	return Quality(sum(map(bool, places)) / len(places), sum(worth) / len(places))


def by_score(weights: matching.Weights | None = None) -> Order:
	"""Order as matching does."""
	row, rules = (weights or matching.Weights()).row(), matching.MatchRules()

	def order(wish: match_rows.Wish, circle: Circle) -> Iterable[int]:
		asked = match_rows.Wishes.of([wish])
		possible = np.flatnonzero(matching.gate(asked, circle.rows, rules))
		scores = matching.scores(asked, circle.rows.take(possible), row, rules)
		return possible[matching.best_first(scores, possible)]

	return order


def newest(preferences: bool) -> Order:
	"""Order as a plain filter does: what meets budget and area, and every preference or none, the newest first."""

	def order(wish: match_rows.Wish, circle: Circle) -> Iterable[int]:
		rows, small = circle.rows, circle.rows.small
		meets = (rows.price <= float(wish.budget_max)) & (rows.gross_area >= float(wish.area_min))
		if preferences:
			meets &= (small["bedrooms"] == wish.bedrooms_min) | (not wish.bedrooms_min)
			bands = [BANDS.index(band) + 1 for band in wish.floor_bands]
			meets &= np.isin(small["floor_band"], bands) | (not bands)
			meets &= (small["year_built"] >= wish.built_from - match_rows.YEAR_ZERO) | (not wish.built_from)
		found = np.flatnonzero(meets)
		return found[np.argsort(circle.days[found], kind="stable")]

	return order


def _place(order: Iterable[int], meant: int) -> int:
	"""The place of the home among the first, from 1; 0 where it isn't there."""
	first = list(order[:FIRST])
	return first.index(meant) + 1 if meant in first else 0


def _noisy(amount: Decimal, random: Random) -> Decimal:
	return round(amount * Decimal(random.uniform(1 - NOISE, 1 + NOISE)), 2)


def _circle(homes: tuple[match_rows.MatchedListing, ...], days: tuple[int, ...]) -> Circle:
	return Circle(list(homes), np.array(days), match_rows.Homes.of(homes))


def _days(text: str) -> int:
	"""`17天以前发布` is 17; 刚刚 is today."""
	match = re.search(r"(\d+|一)(天|个月|年)以?前发布", text)
	return int(CHINESE.get(match[1], match[1])) * DAYS[match[2]] if match else 0
