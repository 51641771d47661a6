"""Suite `matching`: how well wishes find their homes, and what that costs beside the plain way.

Quality is measured on the real listings of the folder AGENCY_DATA, by default `../shared/data/beijing` beside the
checkout; without them its figures are left out. Everything else on 1,000,000 bulk listings and 100,000 bulk clients.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from time import perf_counter, process_time

import bulk
import frappe
import numpy as np
import requests
from figures import Figure
from frappe.utils import cint, now_datetime
from frappe.utils.password import update_password

from agency_crm.domain.matching import rows as match_rows
from agency_crm.domain.matching import score as matching
from agency_crm.services.matching import nightly, search
from agency_crm.services.rating import listings as rating
from agency_crm.services.rating import match_facts
from agency_crm.tests import wishes
from agency_crm.tests.cases.http import Server

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("AGENCY_DATA") or ROOT.parent / "shared/data/beijing")
SEED = 20240601
LISTINGS = int(os.environ.get("AGENCY_BENCH_ROWS") or 1_000_000)
REQUIREMENTS, NIGHTLY = 100_000, 10_000
RUNS, PLAIN_RUNS, COLD_RUNS = 200, 3, 3
SEEN = 20  # an agent sees one requirement in so many
WHERE = "agency_crm.api.matching.board"
PASSWORD = "bench-only-1"
REQUIREMENT = "Client Requirement"


def figures() -> Iterator[Figure]:
	"""Yield the figures of the suite."""
	if (DATA / "listings.csv").exists():
		yield from quality_figures()
	else:
		print(f"No listings.csv in {DATA}: quality isn't measured", file=sys.stderr)
	where = bulk.setting()
	bulk.fill_listings(where, LISTINGS)
	bulk.fill_requirements(where, REQUIREMENTS)
	agent = where.agents[0].user
	frappe.set_user(agent)
	asked, offered = names(REQUIREMENT, REQUIREMENTS), names("Listing", LISTINGS)
	frappe.set_user("Administrator")
	yield from service_figures(agent, asked, offered)
	yield from http_figures(agent, asked, offered)
	yield from nightly_figures()


def names(doctype: str, count: int) -> list[str]:
	"""Names of bulk requirements or of bulk listings on the market, spread over those the session's user sees."""
	step = count // (RUNS * SEEN)
	chosen = [f"BENCH-{number:07d}" for number in range(step // 2, count, step)]
	still = {"phase": "Live"} if doctype == "Listing" else {"status": "Open"}
	seen = frappe.get_list(doctype, {"name": ("in", chosen), **still}, pluck="name", order_by="name", limit=0)
	return seen[:: max(len(seen) // RUNS, 1)][:RUNS]


def quality_figures() -> Iterator[Figure]:
	"""Where the home stands that a wish was made of, ordered by the score and by plain filters."""
	# the weights were tuned on the others
	asked = list(wishes.wishes(wishes.circles(DATA), Random(SEED)))[1::2]
	yield Figure("Wishes", len(asked), unit="wishes")
	ours = wishes.quality(asked, wishes.by_score())
	yield Figure("Match: recall@20", ours.recall)
	yield Figure("Match: NDCG@20", ours.ndcg)
	for what, preferences in (("budget and area", False), ("every wish", True)):
		plain = wishes.quality(asked, wishes.newest(preferences))
		yield Figure(f"Newest that meet {what}: recall@20", plain.recall)
		yield Figure(f"Newest that meet {what}: NDCG@20", plain.ndcg)
		if not preferences:
			yield Figure("Match / newest: recall@20", ours.recall / plain.recall, goal=1.5, at_most=False)
			yield Figure("Match / newest: NDCG@20", ours.ndcg / plain.ndcg, goal=1.5, at_most=False)


def service_figures(agent: str, asked: Sequence[str], offered: Sequence[str]) -> Iterator[Figure]:
	"""Both directions in the service, as an agent, beside reading with get_list and scoring each row."""
	frappe.set_user(agent)
	for what, find, plain, of in (
		(f"Best 20 of {LISTINGS:,} listings", search.best_listings, plain_listings, asked),
		(f"Clients of {REQUIREMENTS:,} for a listing", search.best_clients, plain_clients, offered),
	):
		yield from spread(what, timed(find, of), "in the service", goal=50)
		yield Figure(
			f"{what}, get_list and each row scored", middle(timed(plain, of[:PLAIN_RUNS])), unit="ms"
		)
	frappe.set_user("Administrator")


def http_figures(agent: str, asked: Sequence[str], offered: Sequence[str]) -> Iterator[Figure]:
	"""Both directions over HTTP, logged in: warm, right after a price was changed, and of a worker just started."""
	update_password(agent, PASSWORD)
	frappe.db.commit()
	with browser(agent) as ask:
		for what, method, field, of in (
			("Best 20 listings", "get_listings", "requirement", asked),
			("Clients for a listing", "get_clients", "listing", offered),
		):
			took = timed(lambda name, method=method, field=field: ask(method, **{field: name}), of)
			yield from spread(what, took, "over HTTP, warm")
		took, seen = after_price_change(ask, asked)
		yield Figure("Best 20 listings over HTTP after a price change", middle(took), unit="ms")
		yield Figure("Price changes that were not seen", len(took) - seen, unit="of", goal=0)
	for what, method, values in (
		("Best 20 listings", "get_listings", {"requirement": asked[0]}),
		("Clients for a listing", "get_clients", {"listing": offered[0]}),
	):
		cold = []
		for _run in range(COLD_RUNS):
			with browser(agent) as ask:
				cold += timed(lambda _run, method=method, values=values: ask(method, **values), [0], warm=0)
		yield Figure(f"{what} over HTTP, worker cold", middle(cold), unit="ms")


def after_price_change(ask: Callable, asked: Sequence[str], runs: int = 10) -> tuple[list[float], int]:
	"""Make the best home of requirements too dear and ask at once: milliseconds, and how often it was gone."""
	took, seen = [], 0
	for requirement in asked[:runs]:
		best = search.best_listings(requirement)[0].listing
		price = {"asking_price": 0, "rent": 0}
		before = frappe.db.get_value("Listing", best, list(price), as_dict=True)
		for values in ({field: before[field] * 3 for field in price}, before):
			frappe.db.set_value("Listing", best, values, update_modified=False)
			rating.refresh([best])
			frappe.db.commit()
			if values is not before:
				start = perf_counter()
				answer = ask("get_listings", requirement=requirement)
				took.append((perf_counter() - start) * 1000)
				seen += best not in str(answer["matches"])
	return took, seen


def nightly_figures() -> Iterator[Figure]:
	"""The pass over all listings of so many requirements; the others count as matched today."""
	wish = frappe.qb.DocType(REQUIREMENT)
	for criterion, day in (
		(wish.name >= f"BENCH-{NIGHTLY:07d}", now_datetime()),
		(wish.name < f"BENCH-{NIGHTLY:07d}", now_datetime() - timedelta(days=2)),
	):
		frappe.qb.update(wish).set(wish.matched_on, day).where(criterion).run()
	frappe.db.commit()
	start, worked = perf_counter(), process_time()
	nightly.run()
	took, worked = (perf_counter() - start) / 60, (process_time() - worked) / 60
	what = f"Nightly pass, {NIGHTLY:,} requirements x {LISTINGS:,} listings"
	yield Figure(what, took, unit="min", goal=10)
	yield Figure(f"{what}, of it the process at work", worked, unit="min")


# The plain way.


def plain_listings(requirement: str) -> list:
	"""Read what meets type, price and places with get_list, score each row, sort."""
	(wish,) = search.wishes([requirement])
	asked = match_facts.wish_of(frappe.get_doc(REQUIREMENT, requirement))
	price = "asking_price" if wish.requirement_type == "Buy" else "rent"
	low, high, _middle = matching.price_range(wish.budget_min, wish.budget_max, matching.MatchRules())
	filters = [["listing_type", "=", match_rows.TYPES[wish.requirement_type]], ["phase", "=", "Live"]]
	filters += [[price, ">=", low], [price, "<=", high if np.isfinite(high) else 1e12]]
	below = [*wish.territories]
	for place in wish.territories:
		below += frappe.db.get_descendants("Territory", place)
	filters += [["territory", "in", below]] if below else []
	filters += [["estate", "in", wish.named]] if wish.named else []
	rows = frappe.get_list("Listing", filters, ["name", price, "gross_area", *bulk.FACTS], limit=0)
	return best(rows, lambda row: matching.match(placeless(asked), home(row, row[price], asked)))


def plain_clients(listing: str) -> list:
	"""Read what meets type and budget with get_list, score each row, sort."""
	offered = frappe.get_doc("Listing", listing)
	kind = "Buy" if offered.listing_type == "Sale" else "Rent"
	filters = [["requirement_type", "=", kind], ["status", "=", "Open"]]
	filters += [["budget_min", "<=", offered.match_price * 1.1]]
	rows = frappe.get_list(REQUIREMENT, filters, ["*"], limit=0)

	def score(row):
		asked = match_facts.wish_of(row)
		return matching.match(asked, home(offered, offered.match_price, asked))

	return best(rows, score)


def placeless(wish: match_rows.Wish) -> match_rows.Wish:
	"""The place was asked of the database."""
	return match_rows.Wish(**{**vars(wish), "territories": (), "estates": ()})


def home(row, price: float, wish: match_rows.Wish) -> match_rows.MatchedListing:
	"""A listing's row as the domain matches it, at no place."""
	return match_rows.MatchedListing(
		listing_type=match_rows.TYPES[wish.requirement_type],
		price=Decimal(price),
		gross_area=Decimal(row.gross_area),
		bedrooms=cint(row.bedrooms),
		year_built=cint(row.year_built),
		metro_distance=cint(row.metro_distance),
		has_school=bool(row.has_school),
		**{
			field: row[field] if isinstance(row, dict) else row.get(field)
			for field in ("orientation", "decoration", "elevator", "floor_band", "property_type")
		},
	)


def best(rows: list, score: Callable) -> list:
	"""The 20 rows of the highest scores."""
	scored = [(row.name, match.score) for row in rows if (match := score(row))]
	return sorted(scored, key=lambda pair: -pair[1])[:20]


# Timing.


def timed(step: Callable[[str], object], of: Sequence, warm: int = 3) -> list[float]:
	"""Milliseconds of a step for each, after the first few were tried."""
	took = []
	for name in [*of[:warm], *of]:
		start = perf_counter()
		step(name)
		took.append((perf_counter() - start) * 1000)
	return took[min(warm, len(of)) :]


def spread(what: str, took: list[float], how: str, goal: float | None = None) -> Iterator[Figure]:
	"""The middle and the 95th percentile of some times."""
	yield Figure(f"{what}, {how}, median", middle(took), unit="ms")
	yield Figure(f"{what}, {how}, p95", float(np.percentile(took, 95)), unit="ms", goal=goal)


def middle(took: list[float]) -> float:
	"""The median."""
	return float(np.median(took))


@contextmanager
def browser(user: str) -> Iterator[Callable]:
	"""Start the web server, log in, and yield a function that asks an endpoint of matching; stop the server."""
	server = Server()
	try:
		server.wait()
		session = requests.Session()
		session.headers.update(server.headers)
		login = {"usr": user, "pwd": PASSWORD}
		session.post(f"{server.url}/api/method/login", data=login, timeout=60).raise_for_status()

		def ask(method: str, **values):
			answer = session.get(f"{server.url}/api/method/{WHERE}.{method}", params=values, timeout=120)
			answer.raise_for_status()
			return answer.json()["message"]

		yield ask
	finally:
		server.stop()
