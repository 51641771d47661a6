"""What clients really looked at in the viewings done, beside what they said.

Prices are CNY, a month's rent for leases, and today's asking prices; areas m². Rules: docs/rules/clients.md,
"Profile".
"""

from collections.abc import Sequence
from typing import NamedTuple

import frappe
from frappe.utils import cint, cstr

from agency_crm.domain.clients import profile
from agency_crm.domain.listings.record import price_field
from agency_crm.domain.matching.rows import TYPES
from agency_crm.domain.money import exact
from agency_crm.domain.phases import CLOSED
from agency_crm.services.places import territories
from agency_crm.services.rating import clients as rating

SALE, LEASE = "Sale", "Lease"


class Stop(NamedTuple):
	"""A listing a client was shown, the last time it was."""

	viewing: str
	done_on: object
	listing_type: str
	seen: profile.Viewed


def note_viewing(viewing) -> None:
	"""Update the client's facts when a viewing becomes done, stops being so, or its feedback changes."""
	before = viewing.get_doc_before_save()
	if _said(before) != _said(viewing):
		refresh([viewing.client])


def refresh(clients: Sequence[str]) -> None:
	"""Recompute what clients looked at, and the level and tags that follow."""
	for name in clients:
		frappe.db.get_value("Client", name, "name", for_update=True)  # two viewings end at once: both count
	stops = _stops(clients, lock=True)
	changed = {name: _facts(stops.get(name, [])) for name in clients}
	if changed:
		frappe.db.bulk_update("Client", changed, chunk_size=len(changed), update_modified=False)
	rating.refresh(clients)


def show(client: str, requirements: Sequence) -> list[dict]:
	"""What `requirements` of a client say beside what the client looked at, one entry a type of requirement.

	Each is {"requirement_type", "said", "looked", "differences"}: `said` has price_min, price_max, area_min,
	area_max, bedrooms_min, bedrooms_max, places and estates, 0 or empty where open, and is None without a
	requirement; `looked` has listings, price and area ({low, mean, high} or None), places and bedrooms
	([name, percent]); differences are {item, direction, percent} (domain/clients/profile.py).
	"""
	stops = _stops([client]).get(client, [])
	shown = []
	for requirement_type, listing_type in TYPES.items():
		wishes = [_wish(row) for row in requirements if row.requirement_type == requirement_type]
		seen = [stop.seen for stop in stops if stop.listing_type == listing_type]
		if not wishes and (requirements or not seen):
			continue
		said, looked = profile.together(wishes), profile.looked_at(seen)
		shown.append(
			{
				"requirement_type": requirement_type,
				"said": _plain_wish(said) if wishes else None,
				"looked": _plain(looked),
				"differences": [
					{"item": found.item, "direction": found.direction, "percent": float(found.percent)}
					for found in (profile.differences(said, seen) if wishes else ())
				],
			}
		)
	return shown


def _said(viewing) -> tuple:
	"""What a viewing that was done says of its client."""
	if not viewing or viewing.phase != CLOSED:
		return ()
	return (viewing.client, *((stop.listing, cint(stop.interest)) for stop in viewing.stops))


def _facts(stops: Sequence[Stop]) -> dict:
	prices = {
		kind: profile.looked_at([stop.seen for stop in stops if stop.listing_type == kind]).price
		for kind in (SALE, LEASE)
	}
	area = profile.looked_at([stop.seen for stop in stops]).area
	return {
		"viewing_count": len({stop.viewing for stop in stops}),
		"last_viewed_on": max((stop.done_on for stop in stops), default=None),
		"looked_price": float(prices[SALE].mean) if prices[SALE] else 0.0,
		"looked_rent": float(prices[LEASE].mean) if prices[LEASE] else 0.0,
		"looked_area": float(area.mean) if area else 0.0,
		"top_interest": max((stop.seen.interest for stop in stops), default=0),
	}


def _stops(clients: Sequence[str], lock: bool = False) -> dict[str, list[Stop]]:
	"""Client -> the listings shown in viewings that were done, each once, with the interest of the last time."""
	viewing, stop, listing = (frappe.qb.DocType(name) for name in ("Viewing", "Viewing Stop", "Listing"))
	query = (
		frappe.qb.from_(viewing)
		.join(stop)
		.on(stop.parent == viewing.name)
		.join(listing)
		.on(listing.name == stop.listing)
		.select(viewing.client, viewing.name.as_("viewing"), viewing.done_on, stop.listing, stop.interest)
		.select(listing.listing_type, listing.asking_price, listing.rent, listing.gross_area)
		.select(listing.bedrooms, listing.territory, listing.estate)
		.where(viewing.client.isin(list(clients)) & (viewing.phase == CLOSED))
		.orderby(viewing.done_on)
	)
	rows = (query.for_update() if lock else query).run(as_dict=True)
	above = territories.within({row.territory for row in rows if row.territory})
	found: dict[str, dict] = {}
	for row in rows:
		seen = profile.Viewed(
			exact(row.get(price_field(row.listing_type))),
			exact(row.gross_area),
			cint(row.bedrooms),
			cstr(row.territory),
			cstr(row.estate),
			above.get(row.territory, frozenset()),
			max(cint(row.interest), 1),
		)
		found.setdefault(row.client, {})[row.listing] = Stop(row.viewing, row.done_on, row.listing_type, seen)
	return {client: list(stops.values()) for client, stops in found.items()}


def _wish(requirement) -> profile.Said:
	return profile.Said(
		*(exact(requirement.get(field)) for field in ("budget_min", "budget_max", "area_min", "area_max")),
		cint(requirement.bedrooms_min),
		cint(requirement.bedrooms_max),
		frozenset(row.territory for row in requirement.territories),
		frozenset(row.estate for row in requirement.estates),
	)


def _plain_wish(said: profile.Said) -> dict:
	numbers = {field: float(getattr(said, field)) for field in (*profile.LOWER, *profile.UPPER)}
	estates = frappe.get_all(
		"Estate", {"name": ("in", list(said.estates))}, pluck="estate_name", order_by="estate_name"
	)
	return {**numbers, "places": sorted(said.places), "estates": estates}


def _plain(looked: profile.LookedAt) -> dict:
	def span(of: profile.Span | None) -> dict | None:
		return of and {"low": float(of.low), "mean": float(of.mean), "high": float(of.high)}

	return {
		"listings": looked.listings,
		"price": span(looked.price),
		"area": span(looked.area),
		"places": [[name, float(percent)] for name, percent in looked.places],
		"bedrooms": [[rooms, float(percent)] for rooms, percent in looked.bedrooms],
	}
