"""What managers want to know of their stores' listings, counted in one query."""

from datetime import timedelta

import frappe
from frappe.desk.reportview import build_match_conditions
from frappe.query_builder import Case, CustomFunction
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import getdate, today
from frappe.utils.nestedset import get_descendants_of
from pypika.terms import LiteralValue

from agency_crm.domain.phases import DRAFT, HELD, LIVE
from agency_crm.permissions.reader import reader

DateDiff = CustomFunction("DATEDIFF", ["until", "since"])
COUNTED = ("live", "new", "verified", "stale", "failed")
OPEN = (DRAFT, LIVE, HELD)  # phases of a listing that is still somebody's work


def by_store(filters: frappe._dict) -> list[frappe._dict]:
	"""One row a store the session's user manages (every store for who sees all), by name.

	live: on the market; new: on it since between `from_date` and `to_date`; verified, stale (no follow-up for
	the days after which a maintainer lapses): of those; failed: failed its verification and not closed; days:
	average days on the market, None where nothing is on it. Filters `store` and `territory` take in what is below.
	"""
	listing = frappe.qb.DocType("Listing")
	live, day = listing.phase == LIVE, getdate(today())
	lapsed = day - timedelta(days=frappe.get_cached_doc("Agency Settings").maintainer_lapse_days)
	since = Coalesce(listing.last_follow_up_on, listing.listed_on, listing.creation)
	new = live & (listing.listed_on >= getdate(filters.from_date or "2000-01-01"))
	if filters.to_date:
		new &= listing.listed_on <= getdate(filters.to_date)
	counted = {
		"live": live,
		"new": new,
		"verified": live & (listing.verification_status == "Verified"),
		"stale": live & (since < lapsed),
		"failed": listing.verification_status == "Failed",
		"dated": live & listing.listed_on.isnotnull(),
	}
	query = (
		frappe.qb.from_(listing)
		.select(
			listing.store,
			*(Count(Case().when(holds, 1)).as_(name) for name, holds in counted.items()),
			Sum(Case().when(live, DateDiff(day, listing.listed_on))).as_("waited"),
		)
		.where(listing.phase.isin(OPEN))
		.groupby(listing.store)
		.orderby(listing.store)
	)
	for criterion in _asked(listing, filters):
		query = query.where(criterion)
	rows = query.run(as_dict=True)
	for row in rows:
		row.days = _average(row.waited, row.dated)
	return rows


def total(rows: list[frappe._dict]) -> frappe._dict:
	"""The rows of `by_store` as one."""
	summed = frappe._dict({name: sum(row[name] for row in rows) for name in COUNTED})
	summed.days = _average(sum(row.waited or 0 for row in rows), sum(row.dated for row in rows))
	return summed


def _asked(listing, filters: frappe._dict):
	"""The stores the user manages, what the filters ask, and the rows that are theirs to see."""
	me = reader()
	if not me.sees_all:
		yield listing.store.isin(list(me.managed) or [""])
	match = build_match_conditions("Listing")
	if match:
		yield LiteralValue(match)
	if filters.listing_type:
		yield listing.listing_type == filters.listing_type
	for field, tree in (("store", "Store"), ("territory", "Territory")):
		if filters.get(field):
			below = get_descendants_of(tree, filters[field], ignore_permissions=True)  # perm: names of a tree
			yield listing[field].isin([filters[field], *below])


def _average(waited, count: int) -> float | None:
	return round(float(waited) / count, 1) if count else None
