"""The nightly match of the whole library with every open requirement: how many suit, and the pairs to keep.

Only here are all listings held in arrays, sorted so that a place is a slice, and dropped at the end. A
requirement shows what everybody may see, so only public listings are counted; a kept pair is seen by who sees
both sides. Rules: docs/rules/matching.md, "Nightly run".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice

import frappe
import numpy as np
from frappe.utils import cint, get_datetime, now_datetime, today

from agency_crm.domain.matching import rows as match_rows
from agency_crm.domain.matching import score as matching
from agency_crm.framework import jobs
from agency_crm.services.matching import learning, pairs, places, search, weights
from agency_crm.services.matching.places import Span

CHUNK = 200  # requirements a transaction
READ = 20_000  # listings a query
PUBLIC = "Public"
HOME = ("name", "scope", "match_price", "gross_area", "match_facts", "territory", "estate")


def run() -> None:
	"""Match each open requirement not matched today, in chunks; killed, it goes on with the rest.

	One that can't be matched is logged and left out. At the end, suggestions not found again are deleted.
	"""
	spans = places.spans()
	for requirement_type, listing_type in match_rows.TYPES.items():
		if _waiting(requirement_type, 1):
			library, after = Library.load(listing_type, spans), ""
			while names := _waiting(requirement_type, CHUNK, after):
				jobs.together(names, partial(_match, library=library, spans=spans))
				jobs.commit()
				after = names[-1]
	pairs.drop_stale(get_datetime(today()))
	jobs.commit()


@dataclass(frozen=True)
class Library:
	"""The listings of a type that are on the market: `homes` in the order of their territories' left ends."""

	names: np.ndarray
	homes: match_rows.Homes
	public: np.ndarray
	estates: dict[str, int]

	@classmethod
	def load(cls, listing_type: str, spans: Mapping[str, Span]) -> Library:
		"""Read them, so many a query."""
		estates: dict[str, int] = {}
		parts = [_columns(rows, spans, estates) for rows in ([], *_live(listing_type))]
		columns = [np.concatenate(part) for part in zip(*parts, strict=True)]
		order = np.argsort(columns[3], kind="stable")
		names, public, price, left, *others = (column[order] for column in columns)
		on_market = np.full(len(names), True)
		sale = np.full(len(names), listing_type == "Sale")
		area, right, estate, packed = others
		homes = match_rows.Homes(sale, on_market, price, area, left, right, estate, packed)
		return cls(names, homes, public, estates)

	@cached_property
	def by_estate(self) -> np.ndarray:
		"""Positions in the order of the estates' numbers."""
		return np.argsort(self.homes.estate, kind="stable")

	@cached_property
	def by_price(self) -> np.ndarray:
		"""Positions in the order of the prices."""
		return np.argsort(self.homes.price, kind="stable")

	def anywhere(self, low: float, high: float) -> np.ndarray:
		"""Return the positions of homes between two prices."""
		return self.by_price[_slice(self.homes.price, low, high, self.by_price)]

	def at(self, spans: Iterable[Span], estates: Iterable[int]) -> np.ndarray:
		"""Return the positions of homes whose territory begins within one of these spans, or of these estates."""
		found = [self.by_estate[_slice(self.homes.estate, one, one, self.by_estate)] for one in estates]
		found += [np.arange(len(self.names))[_slice(self.homes.left, *span)] for span in spans]
		found = [positions for positions in found if len(positions)]
		# a place alone is a slice, each of it once
		return found[0] if len(found) == 1 else np.unique(np.concatenate([*found, np.zeros(0, dtype=int)]))


def _columns(rows: list[tuple], spans: Mapping[str, Span], estates: dict[str, int]) -> tuple[np.ndarray, ...]:
	"""Names, whether public, price, left, area, right, estate's number and facts; a new estate gets the next number."""
	names, scopes, prices, areas, packed, territories, found = (
		zip(*rows, strict=True) if rows else [()] * len(HOME)
	)
	span = np.array([spans.get(territory, (0, 0)) for territory in territories], dtype=int).reshape(-1, 2)
	return (
		np.array(names, dtype=str),
		np.array([(scope or PUBLIC) == PUBLIC for scope in scopes], dtype=bool),
		np.array(prices, dtype=float),
		span[:, 0],
		np.array(areas, dtype=float),
		span[:, 1],
		np.array([estates.setdefault(estate, len(estates) + 1) for estate in found], dtype=int),
		np.array(packed, dtype=int),
	)


def _slice(column: np.ndarray, low: float, high: float, order: np.ndarray | None = None) -> slice:
	"""The positions of a sorted column that lie between two values, both among them."""
	begin = np.searchsorted(column, low, "left", sorter=order)
	return slice(begin, np.searchsorted(column, high, "right", sorter=order))


def _live(listing_type: str) -> Iterator[list[tuple]]:
	listing = frappe.qb.DocType("Listing")
	query = frappe.qb.from_(listing).select(*(listing[column] for column in HOME))
	# in the order of the records themselves: no index holds all that is read
	query = query.force_index("PRIMARY").orderby(listing.name).limit(READ)
	query = query.where((listing.phase == search.LIVE) & (listing.listing_type == listing_type))
	after = ""
	while rows := query.where(listing.name > after).run():
		yield rows
		after = rows[-1][0]


def _waiting(requirement_type: str, limit: int, after: str = "") -> list[str]:
	wish = frappe.qb.DocType(search.REQUIREMENT)
	open_ones = (wish.status == search.OPEN) & (wish.requirement_type == requirement_type)
	query = frappe.qb.from_(wish).select(wish.name).where(open_ones & (wish.name > after))
	query = query.orderby(wish.name).limit(limit)
	return query.where(wish.matched_on.isnull() | (wish.matched_on < today())).run(pluck=True)


def _match(names: Sequence[str], library: Library, spans: Mapping[str, Span]) -> None:
	"""Match requirements with the library: keep what they come to, and their best pairs."""
	settings = frappe.get_cached_doc("Agency Settings")
	least, most = cint(settings.match_keep_score) * 100, cint(settings.match_keep_most)
	companies, factors = weights.companies(), learning.all_factors(names)
	hidden = pairs.hidden("requirement", names)
	values, kept = {}, []
	for wish in search.wishes(names):
		weighed, rules = weights.of_company(companies.get(wish.store))
		weight = weighed.row(factors.get(wish.name))
		wish.spans = [spans[name] for name in wish.territories if name in spans]
		wish.estates = [library.estates[name] for name in wish.named if name in library.estates]
		wishes = search.wish_columns([wish], wish.requirement_type == "Buy", True)
		at = _near(library, wish, rules, spans)
		at = at[matching.gate(wishes, library.homes.take(at), rules)] if len(at) else at
		scores = matching.scores(wishes, library.homes.take(at), weight, rules)
		seen = scores[library.public[at]]
		values[wish.name] = {
			"match_count": len(seen),
			"match_best": int(seen.max(initial=0)) / 100,
			"matched_on": now_datetime(),
		}
		good = np.flatnonzero(scores >= least)
		order = good[matching.best_first(scores[good], library.names[at[good]])]
		unknown = (one for one in at[order] if (wish.name, library.names[one]) not in hidden)
		best = list(islice(unknown, most))
		if best:
			found = matching.matches(wishes, library.homes.take(best), weight, rules)
			for one, match in zip(best, found, strict=True):
				kept.append(pairs.suggestion(wish.name, wish.client, str(library.names[one]), match))
	frappe.db.bulk_update(search.REQUIREMENT, values, chunk_size=len(values), update_modified=False)
	pairs.suggest(kept)


def _near(
	library: Library, wish: frappe._dict, rules: matching.MatchRules, spans: Mapping[str, Span]
) -> np.ndarray:
	"""The positions of homes at the places of a wish and around them, within its stretched budget."""
	low, high, _middle = matching.price_range(wish.budget_min, wish.budget_max, rules)
	if wish.any_place:
		return library.anywhere(low, high)
	around = [
		(left, left)
		for left, right in spans.values()
		if any(left < inner and end < right for inner, end in wish.spans)
	]
	at = library.at([*wish.spans, *around], wish.estates)
	price = library.homes.price[at]
	return at[(price >= low) & (price <= high)]
