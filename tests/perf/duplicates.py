"""Suite `duplicates`: how well copies of real listings are found, and what one check costs among a million.

The real listings are read from the folder AGENCY_DATA, by default `../shared/data/beijing` beside the checkout:
`listings.csv` and `estates.csv` as a portal writes them. None of it is kept. Without them the figures of
quality are left out.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import bulk
import frappe
from figures import Figure, medians

from agency_crm.domain.duplicates import likeness as rules
from agency_crm.domain.importing import listing_rows
from agency_crm.domain.importing.base import Outcome
from agency_crm.domain.inputs import tables
from agency_crm.domain.inputs.layout import Layout, format_layout
from agency_crm.domain.listings.record import Bounds
from agency_crm.domain.phases import LIVE_PHASES
from agency_crm.domain.places.estates import EstateIndex, EstateRow, read_estates
from agency_crm.services.duplicates import lookalikes
from agency_crm.services.duplicates import pairs as duplicates
from agency_crm.tests import copies

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("AGENCY_DATA") or ROOT.parent / "shared/data/beijing")
SEED = 20240601
ROWS = int(os.environ.get("AGENCY_BENCH_ROWS") or 1_000_000)
RUNS = 200
# a number owns so many listings, spread over the estates
HOMES_AN_OWNER = 4
CHUNK = 20_000
# share of the height at which a band begins and ends
BANDS = {"Bottom": (0, 0), "Low": (0, 1 / 3), "Middle": (1 / 3, 2 / 3), "High": (2 / 3, 1), "Top": (1, 1)}


def figures() -> Iterator[Figure]:
	"""Yield the figures of the suite."""
	if (DATA / "listings.csv").exists():
		yield from quality_figures()
	else:
		print(
			f"No listings.csv in {DATA}: quality isn't measured; AGENCY_DATA names another folder",
			file=sys.stderr,
		)
	where = bulk.setting()
	bulk.fill_listings(where, ROWS)
	fill_owners()
	yield from speed_figures(where)


def quality_figures() -> Iterator[Figure]:
	"""Copy every real listing once and see which copies are found, and how much else is."""
	index = real_estates()
	homes = copies.with_neighbours(list(real_homes(index)), Random(SEED))

	def trial(address, owners: bool = False) -> copies.Found:
		return copies.trial(homes, index, duplicates.settings_rules(), Random(SEED), address, owners)

	yield Figure("Homes copied", len(homes), unit="homes")
	found = trial(copies.whole)
	yield Figure("Whole address: recall", found.recall, goal=0.99, at_most=False)
	yield Figure("Whole address: precision", found.precision, goal=0.98, at_most=False)
	found = trial(copies.whole, owners=True)
	yield Figure("Whole address, owners' numbers known: precision", found.precision)
	for what, owners in (("Room missing", False), ("Room missing, owners' numbers known", True)):
		found = trial(copies.roomless, owners)
		yield Figure(f"{what}: found by the queue", found.recall)
		yield Figure(f"{what}: noise in the queue", found.noise)


def real_estates() -> EstateIndex:
	"""The portal's dictionary, each estate with an alias more."""
	places = read_estates(tables.read_table("estates.csv", (DATA / "estates.csv").read_bytes()))
	return EstateIndex(
		replace(row, key=str(number)) for number, row in enumerate(copies.with_aliases(places))
	)


def real_homes(index: EstateIndex) -> Iterator[copies.Home]:
	"""Yield the real listings, each given a building, unit and room that no other one of its estate has.

	An estate that the dictionary lacks is added to it, as an import does.
	"""
	random = Random(SEED)
	listings = tables.read_table("listings.csv", (DATA / "listings.csv").read_bytes())
	taken: set[tuple] = set()
	rows = listing_rows.parse_rows(
		listings, listing_rows.PORTAL, index, Bounds(), date(2026, 1, 1), Outcome()
	)
	for parsed in rows:
		if not isinstance(parsed, listing_rows.ParsedListing):
			continue
		estate = parsed.estate or index.find(parsed.estate_name)
		if not estate:
			estate = EstateRow(parsed.estate_name, key=f"new {parsed.estate_name}")
			index.add(estate)
		while (home := _placed(parsed, estate, random)).address in taken:
			pass
		taken.add(home.address)
		yield home


def _placed(parsed: listing_rows.ParsedListing, estate: EstateRow, random: Random) -> copies.Home:
	height = parsed.total_floors or 6
	least, most = (round(share * height) for share in BANDS.get(parsed.floor_band, (0, 1)))
	floor = random.randint(min(least + 1, height), max(most, least, 1)) if least < most else max(most, 1)
	building = str(random.randint(1, 20)) if random.random() < 0.9 else random.choice("ABCDE")
	layout = Layout(parsed.bedrooms, parsed.living_rooms) if parsed.bedrooms else None
	return copies.Home(
		estate,
		building,
		str(random.randint(1, 4)) if random.random() < 0.7 else "",
		f"{floor}{random.randint(1, 8):02d}",
		format_layout(layout) if layout else "",
		parsed.gross_area,
		floor,
		height,
		(parsed.asking_price or Decimal(0)) / 10_000,
		owner=str(parsed.row),
	)


def fill_owners() -> None:
	"""Give every bulk listing an owner with a number; rows alone, as the listings are."""
	listings = frappe.get_all("Listing", {"source_channel": bulk.CHANNEL}, pluck="name", order_by="name")
	have = frappe.db.count("Listing Owner", {"name": ("like", "BENCH-%")})
	known = set(frappe.get_all("Client", {"name": ("like", "BENCH-O-%")}, pluck="name"))
	owners = len(listings) // HOMES_AN_OWNER
	for start in range(have, len(listings), CHUNK):
		rows: dict[str, list[dict]] = {"Client": [], "Client Phone": [], "Listing Owner": []}
		for index, name in enumerate(listings[start : start + CHUNK], start):
			client, stamp = f"BENCH-O-{index % owners:07d}", bulk.stamp(index) | {"idx": 1}
			if client not in known:
				known.add(client)
				values = {"client_name": client, "pool": "Store", "store": bulk.STORES[0]}
				rows["Client"].append({"name": client, **stamp, **values})
				phone = {"parent": client, "parenttype": "Client", "parentfield": "phones"}
				rows["Client Phone"].append(
					{"name": client, **stamp, **phone, "phone_number": f"bench {client}"}
				)
			owned = {"parent": name, "parenttype": "Listing", "parentfield": "owners"}
			rows["Listing Owner"].append({"name": f"{name}-o", **stamp, **owned, "client": client})
		for doctype, values in rows.items():
			if values:
				bulk.insert(doctype, values)
		frappe.db.commit()
	frappe.db.sql_ddl("analyze table `tabClient Phone`, `tabListing Owner`")


def speed_figures(where: frappe._dict) -> Iterator[Figure]:
	"""One check beside the plain way, which fetches the estate's listings and compares each."""
	names = frappe.get_all(
		"Listing", {"source_channel": bulk.CHANNEL}, pluck="name", order_by="name", limit=0
	)
	random = Random(SEED)
	chosen = [random.choice(names) for _run in range(RUNS)]

	def ours(run: int):
		return lambda: duplicates.alike_of(chosen[run])

	def plain(run: int):
		return lambda: by_the_whole_estate(chosen[run])

	check, scan = medians(RUNS, ours, plain)
	millions = f"{len(names):,} listings"
	yield Figure(f"One check among {millions}", check, unit="ms", goal=10)
	yield Figure("One check / fetching the whole estate", check / scan)

	def typed(run: int):
		frappe.set_user(where.agents[0].user)
		values = frappe.db.get_value("Listing", chosen[run], duplicates.COMPARED, as_dict=True)
		return lambda: lookalikes.look(values)

	(look,) = medians(RUNS, typed)
	frappe.set_user("Administrator")
	yield Figure("One look while typing, as an agent", look, unit="ms")


def by_the_whole_estate(name: str) -> list:
	"""The plain way: every live listing of the estate, and the owners of each."""
	fields = ["name", *duplicates.COMPARED]
	row = frappe.db.get_value("Listing", name, fields, as_dict=True)
	others = frappe.get_all("Listing", {"estate": row.estate, "phase": ("in", LIVE_PHASES)}, fields)
	owners = frappe.get_all(
		"Listing Owner", {"parent": ("in", [other.name for other in others])}, ["parent", "client"]
	)
	assert len(owners) >= len(others)
	by = duplicates.settings_rules()
	home = duplicates.home_of(row)
	scores = [rules.compare(home, duplicates.home_of(other), by).score for other in others]
	return [score for score in scores if score >= by.review_from]
