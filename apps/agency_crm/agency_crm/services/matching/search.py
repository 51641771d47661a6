"""Listings for a client and clients for a listing, while somebody waits: a gate in the database, then the score.

The gate reads an index and stops at MOST candidates; the domain (domain/matching/score.py) judges those.
Nothing is cached between calls, so a changed price counts at once. Users see only what they may see. Rules:
docs/rules/matching.md, "Search".
"""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import frappe
import numpy as np
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Coalesce
from pypika.terms import Criterion, Function, NullValue

from agency_crm.domain.matching import rows as match_rows
from agency_crm.domain.matching import score as matching
from agency_crm.domain.matching.rows import HOME_FACTS, METRO_STEP, WISH_FACTS
from agency_crm.domain.phases import LIVE
from agency_crm.permissions import visibility
from agency_crm.permissions.reader import reader
from agency_crm.permissions.terms import EVERYBODY
from agency_crm.services.matching import learning, pairs, places, weights
from agency_crm.services.rating import match_facts

# One search judges at most so many. Of homes they are the nearest to the middle of the budget, half from below it,
# half from above, each place having an equal share and what an earlier one left; of requirements who names the
# estate, then who names a place, then who names none, of each those changed last.
MOST = 3000
OPEN = "Open"
REQUIREMENT, CLIENT = "Client Requirement", "Client"
HOME = ("name", "match_price", "gross_area", "match_facts")
WISH = ("name", "client", *match_facts.AMOUNTS, "match_facts")
# the driver takes a row apart in 15 µs, most of a search's time; of one text the rows are read in a tenth of that
JsonArrayAgg = CustomFunction("JSON_ARRAYAGG", ["row"])


class FoundListing(NamedTuple):
	"""A listing for a requirement, and why."""

	listing: str
	match: matching.Match


class FoundClient(NamedTuple):
	"""A requirement that wants a listing, whose it is, and why."""

	requirement: str
	client: str
	match: matching.Match


def best_listings(requirement: str, limit: int = 20, with_known: bool = False) -> list[FoundListing]:
	"""Return the listings that suit a requirement best of those the session's user sees, the best first.

	What was rejected stays away; what was shown or viewed too, but `with_known`. Whether the user may see the
	requirement is the caller's question.
	"""
	(wish,) = wishes([requirement])
	near = places.asked_for(wish.territories)
	wish.spans, wish.estates = [place.span for place in near if place.asked], [1] if wish.named else []
	weighed, rules = weights.of_company(weights.companies().get(wish.store))
	weight = weighed.row(learning.factors(requirement))
	asked = wish_columns([wish], wish.requirement_type == "Buy", wish.status == OPEN)
	known = {listing for _requirement, listing in _known("requirement", requirement, with_known)}

	def best(seen: Criterion) -> tuple[list[FoundListing], bool]:
		rows, cut = _home_rows(wish, asked, near, rules, seen)
		rows = [row for name, row in rows.items() if name not in known]
		homes = _homes_of(rows, asked.sale[0])
		found = _best("Listing", [row[0] for row in rows], asked, homes, weight, rules, limit)
		return [FoundListing(*pair) for pair in found], cut

	found, cut = best(EVERYBODY)
	if cut and len(found) < limit:
		# most of the nearest belong to others: query only those the user sees, without an index
		found, _cut = best(_seen_by_me("Listing"))
	return found


def best_clients(listing: str, limit: int = 20, with_known: bool = False) -> list[FoundClient]:
	"""Return the requirements that a listing suits best of those the session's user sees, the best first.

	As `best_listings`; whether the user may see the listing is the caller's question. One that isn't on the
	market suits nobody.
	"""
	columns = [*HOME, "listing_type", "phase", "territory", "estate"]
	home = frappe.db.get_value("Listing", listing, columns, as_dict=True)
	if not home or home.phase != LIVE:
		return []
	spans = places.chain(home.territory)
	row = (*(home[column] for column in HOME), spans.get(home.territory, (0, 0)), 1)
	homes = _homes_of([row], home.listing_type == "Sale")
	known = {requirement for requirement, _listing in _known("listing", listing, with_known)}
	companies = weights.companies()
	wanting: dict[str | None, list[frappe._dict]] = {}
	for wish in _wish_rows(home, homes, spans, set(companies.values())):
		if wish.name not in known:
			wanting.setdefault(companies.get(wish.store), []).append(wish)
	found = []
	for company, rows in wanting.items():
		weighed, rules = weights.of_company(company)
		clients = {row.name: row.client for row in rows}
		weight = np.repeat(weighed.row(), len(rows), axis=0)
		for name, learned in learning.all_factors(list(clients)).items():
			weight[list(clients).index(name)] = weighed.row(learned)
		asking = wish_columns(rows, homes.sale[0], True)
		for name, match in _best(REQUIREMENT, list(clients), asking, homes, weight, rules, limit):
			found.append(FoundClient(name, clients[name], match))
	return sorted(found, key=lambda one: (-one.match.score, one.requirement))[:limit]


# The gate of homes.


def wishes(requirements: Sequence[str]) -> list[frappe._dict]:
	"""Return rows of requirements: WISH, requirement_type, status, any_place, their client's store, and the names of
	their `territories` and `named` estates.
	"""
	wish, client = frappe.qb.DocType(REQUIREMENT), frappe.qb.DocType(CLIENT)
	columns = (wish[column] for column in (*WISH, "requirement_type", "status", "any_place"))
	# a left join: also those whose client was deleted by force, else the nightly run would never end
	query = frappe.qb.from_(wish).left_join(client).on(client.name == wish.client)
	query = query.select(*columns, client.store)
	rows = query.where(wish.name.isin(list(requirements))).run(as_dict=True)
	by_name = {row.name: row.update(territories=[], named=[]) for row in rows}
	of_these = {"parent": ("in", list(requirements)), "parenttype": REQUIREMENT}
	for kind, field in (("Territory", "territories"), ("Estate", "named")):
		fields = ["parent", kind.lower()]
		for parent, name in frappe.get_all(
			f"Requirement {kind}", of_these, fields, order_by="parent, idx", as_list=True
		):
			if parent in by_name:
				by_name[parent][field].append(name)
	return rows


def _home_rows(
	wish: frappe._dict,
	asked: match_rows.Wishes,
	near: list[places.Place],
	rules: matching.MatchRules,
	seen: Criterion,
) -> tuple[dict[str, tuple], bool]:
	"""The listings that pass the gate of a wish, by name, at most MOST of them, and whether there are more.

	A row has HOME, the span of the place it was found by, and 1 where its estate is named.
	"""
	listing = frappe.qb.DocType("Listing")
	kind = "Sale" if asked.sale[0] else "Lease"
	gate = (listing.phase == LIVE) & (listing.listing_type == kind) & seen
	for must in _musts(asked.small, rules, listing.match_facts):
		gate &= must
	query = frappe.qb.from_(listing).select(*(listing[column] for column in HOME)).where(gate)
	ways = []
	if wish.named:
		ways.append((query.where(listing.estate.isin(wish.named)), (0, 0), 1))
	for place in near:
		here = query.force_index(place.index)
		found = listing[place.column].isin(list(place.values))
		ways.append((here.where(found), place.span, 0))
	if not ways:
		ways.append((query.force_index(places.BY_PRICE), (0, 0), 0))
	prices = matching.price_range(wish.budget_min, wish.budget_max, rules)
	halves = [(half, span, estate) for way, span, estate in ways for half in _halves(way, prices)]
	found: dict[str, tuple] = {}
	left, cut = MOST, False
	for at, (half, span, estate) in enumerate(halves):
		share = left // (len(halves) - at)
		rows = _rows(half.limit(share), HOME)
		left, cut = left - len(rows), cut or len(rows) == share
		for row in rows:
			found.setdefault(row[0], (*row, span, estate))
	return found, cut


def _halves(query, prices: tuple[float, float, float]) -> Iterator:
	"""Ask for the nearest to the middle of the budget from below it, and from above."""
	price, (low, high, middle) = frappe.qb.DocType("Listing").match_price, prices
	yield query.where((price >= max(low, 0.01)) & (price <= middle)).orderby(price, order=frappe.qb.desc)
	above = query.where(price > middle).orderby(price)
	yield above if np.isinf(high) else above.where(price <= high)


def _musts(wish: dict[str, np.ndarray], rules: matching.MatchRules, packed) -> Iterator[Criterion]:
	"""The must-haves of a wish, asked of a column of HOME_FACTS bit by bit."""
	if wish["needs_school"][0]:
		yield packed.bitwiseand(HOME_FACTS.part("has_school")) > 0
	if wish["needs_elevator"][0]:
		yield packed.bitwiseand(HOME_FACTS.part("elevator")) == HOME_FACTS.part("elevator", 1)
	if wish["needs_metro"][0]:
		nearest, furthest = (
			HOME_FACTS.part("metro_distance", steps) for steps in (1, rules.metro_most // METRO_STEP)
		)
		yield packed.bitwiseand(HOME_FACTS.part("metro_distance"))[nearest:furthest]


def _homes_of(rows: Sequence[tuple], sale: bool) -> match_rows.Homes:
	"""Rows of listings on the market as the domain matches them."""
	count = len(rows)
	columns = zip(*rows, strict=True) if rows else [()] * 6
	_names, prices, areas, packed, spans, estates = columns
	span = np.array(spans, dtype=int).reshape(count, 2)
	return match_rows.Homes(
		np.full(count, sale),
		np.full(count, True),
		np.array(prices, dtype=float),
		np.array(areas, dtype=float),
		span[:, 0],
		span[:, 1],
		np.array(estates, dtype=int),
		np.array(packed, dtype=int),
	)


# The gate of wishes.


def _wish_rows(
	home: frappe._dict, homes: match_rows.Homes, spans: dict[str, places.Span], companies: set[str | None]
) -> list[frappe._dict]:
	"""The requirements the session's user sees that pass the gate of a listing, at most MOST.

	Each with its client's store, the spans of its places that hold the listing, and 1 where it names the estate.
	"""
	wish, client = frappe.qb.DocType(REQUIREMENT), frappe.qb.DocType(CLIENT)
	stretch, has = weights.widest(companies), homes.small
	gate = (wish.status == OPEN) & (wish.requirement_type == ("Buy" if homes.sale[0] else "Rent"))
	gate &= (wish.budget_max == 0) | (wish.budget_max >= home.match_price / stretch)
	gate &= wish.budget_min <= home.match_price * stretch
	there = {
		"school": has["has_school"][0],
		"elevator": has["elevator"][0] == 1,
		"metro": has["metro_distance"][0],
	}
	for need in (need for need, is_there in there.items() if not is_there):
		# one column for each bit, as the index has them
		gate &= wish.match_facts.bitwiseand(WISH_FACTS.part(f"needs_{need}")) == 0
	query = (
		frappe.qb.from_(wish).join(client).on(client.name == wish.client).where(gate & _seen_by_me(CLIENT))
	)
	query = query.select(*(wish[column] for column in WISH), client.store)
	# no plain `modified`: MariaDB would walk its index over all rows instead of the place's few
	query = query.orderby(Coalesce(wish.modified, ""), order=frappe.qb.desc)
	ways = [query.force_index("match_any_place").where(wish.any_place == 1).select(NullValue().as_("place"))]
	for table, column, names in (("Territory", "territory", spans), ("Estate", "estate", [home.estate])):
		place = frappe.qb.DocType(f"Requirement {table}")
		# join from the places to their few requirements, never the other way
		named = (
			query.force_index("PRIMARY")
			.join(place)
			.on(place.parent == wish.name)
			.where(place[column].isin(list(names) or [""]))
		)
		ways.insert(0, named.select(place[column].as_("place")))
	found: dict[str, frappe._dict] = {}
	for way in ways:
		for *values, place in _rows(way.limit(MOST), (*WISH, "store", "place")):
			row = frappe._dict(zip((*WISH, "store"), values, strict=True), spans=[], estates=[])
			row = found.setdefault(row.name, row)
			if place in spans:
				row.spans.append(spans[place])
			elif place:
				row.estates.append(1)
	return list(found.values())[:MOST]


def wish_columns(rows: Sequence[frappe._dict], sale: bool, is_open: bool) -> match_rows.Wishes:
	"""Return rows of requirements, with WISH, `spans` and `estates`, as the domain matches them."""
	count = len(rows)
	return match_rows.Wishes(
		np.full(count, sale),
		np.full(count, is_open),
		*(np.array([row[amount] for row in rows], dtype=float) for amount in match_facts.AMOUNTS),
		np.array([row.match_facts for row in rows], dtype=int),
		match_rows.padded([left for left, _right in row.spans] for row in rows),
		match_rows.padded([right for _left, right in row.spans] for row in rows),
		match_rows.padded(row.estates for row in rows),
	)


# Both ways.


def _rows(query, columns: Sequence[str]) -> list[list]:
	"""The rows of a query, fetched as one text."""
	row = query.as_("row")
	of_row = Function("JSON_ARRAY", *(row[column] for column in columns))
	((text,),) = frappe.qb.from_(row).select(JsonArrayAgg(of_row)).run()
	return json.loads(text or "[]")


def _best(
	doctype: str,
	names: list[str],
	wishes: match_rows.Wishes,
	homes: match_rows.Homes,
	weight: np.ndarray,
	rules: matching.MatchRules,
	limit: int,
) -> list[tuple[str, matching.Match]]:
	"""The best of pairs row by row, by the name of what differs, a `doctype` the session's user sees."""
	possible = np.flatnonzero(matching.gate(wishes, homes, rules)) if names else []
	if not len(possible):
		return []
	named = np.array(names)[possible]
	rows = wishes.beside(possible), homes.beside(possible), weight if len(weight) == 1 else weight[possible]
	order = matching.best_first(matching.scores(*rows, rules), named)
	shown = order[np.isin(named[order], _first_seen(doctype, named[order].tolist(), limit))]
	if not len(shown):
		return []
	wishes, homes, weight = rows
	weight = weight if len(weight) == 1 else weight[shown]
	found = matching.matches(wishes.beside(shown), homes.beside(shown), weight, rules)
	return list(zip(named[shown].tolist(), found, strict=True))


def _first_seen(doctype: str, names: list[str], limit: int) -> list[str]:
	"""The first of these that the session's user sees; a few are asked for at a time, most users see most."""
	found, lot = [], 2 * limit
	while names and len(found) < limit:
		asked, names, lot = names[:lot], names[lot:], lot * 5
		seen = set(frappe.get_list(doctype, {"name": ("in", asked)}, pluck="name", order_by="", limit=0))
		found += [name for name in asked if name in seen]
	return found[:limit]


def _seen_by_me(doctype: str) -> Criterion:
	me = reader()
	return EVERYBODY if me.sees_all else visibility.PREDICATES[doctype](me, None)


def _known(field: str, name: str, with_known: bool) -> set[tuple[str, str]]:
	return pairs.hidden(field, [name], [pairs.REJECTED] if with_known else tuple(pairs.DAYS))
