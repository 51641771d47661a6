"""The dictionary of estates during an import: loaded whole, extended in bulk."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import frappe

from agency_crm.domain.inputs.text import name_key
from agency_crm.domain.listings.record import external_key
from agency_crm.domain.places.estates import EstateRow, Metro
from agency_crm.framework import bulk
from agency_crm.services.places import estates, territories


def load() -> list[EstateRow]:
	"""Return every estate with its district, circle and metro; `key` is its name."""
	places = territories.places()
	metro = defaultdict(list)
	for row in frappe.get_all("Estate Metro", fields=["parent", "line", "station"], order_by=""):
		metro[row.parent].append(Metro(row.line, row.station))
	fields = ["name", "estate_name", "aliases", "territory"]
	return [
		EstateRow(
			row.estate_name,
			*places.get(row.territory, ("", "")),
			metro=tuple(metro[row.name]),
			aliases=tuple((row.aliases or "").split("\n")),
			key=row.name,
		)
		for row in frappe.get_all("Estate", fields=fields, order_by="name")
	]


def add(rows: Iterable[EstateRow], channel: str) -> list[EstateRow]:
	"""Make the estates that aren't there yet, with their districts and circles, and return them.

	One that is there, by its number in `channel` or by a name or alias in its circle, stays as the office
	keeps it. Raises MandatoryError where the site demands more of an estate than a file says.
	"""
	rows = list(rows)
	circles = territories.ensure((row.district, row.circle) for row in rows)
	known, keys = set(), set()
	for estate in frappe.get_all("Estate", fields=["estate_name", "aliases", "territory", "external_key"]):
		names = (estate.estate_name, *(estate.aliases or "").split("\n"))
		known |= {(name_key(name), estate.territory) for name in names}
		keys.add(estate.external_key)
	made, docs = [], []
	for row in rows:
		territory = circles[row.district, row.circle]
		place, key = (name_key(row.name), territory), external_key(channel, row.external_id)
		if place in known or (key and key in keys):
			continue
		known.add(place)
		docs.append(_document(row, territory, channel))
		made.append(row)
	bulk.insert(docs)
	return [replace(row, key=doc.name) for row, doc in zip(made, docs, strict=True)]


def keep_metro(found: Iterable[tuple[str, Iterable[Metro]]]) -> None:
	"""Add distances to metro stations that the dictionary lacks.

	What the office entered stays; of several distances the nearest counts. The listings of the estates follow.
	"""
	nearest: dict[tuple[str, str, str], int] = {}
	for estate, stops in found:
		for stop in stops:
			if stop.distance:
				key = (estate, stop.line, stop.station)
				nearest[key] = min(stop.distance, nearest.get(key, stop.distance))
	names = {estate for estate, _line, _station in nearest}
	if not names:
		return
	fields = ["name", "parent", "line", "station", "distance"]
	there = {
		(row.parent, row.line, row.station): row
		for row in frappe.get_all("Estate Metro", {"parent": ("in", list(names))}, fields, order_by="")
	}
	new = [(*key, distance) for key, distance in nearest.items() if key not in there]
	known = {
		there[key].name: {"distance": distance}
		for key, distance in nearest.items()
		if key in there and not there[key].distance
	}
	frappe.db.bulk_update("Estate Metro", known, update_modified=False)
	rows = [(estate, "Estate", "metro", *stop, 99) for estate, *stop in new]
	places = ("parent", "parenttype", "parentfield", "line", "station", "distance", "idx")
	if rows:
		bulk.insert_rows("Estate Metro", places, rows)
	touched = {row.parent for row in there.values() if row.name in known} | {row[0] for row in new}
	for name in touched:
		frappe.clear_document_cache("Estate", name)
		estates.carry_metro(frappe.get_cached_doc("Estate", name))


def keep_at_hand(names: Iterable[str]) -> None:
	"""Load estates into the cache that `get_cached_doc` reads, all in one go."""
	tables = {field.fieldname: field.options for field in frappe.get_meta("Estate").get_table_fields()}
	names = [name for name in set(names) if not frappe.cache.exists(_cache_key(name))]
	if not names:
		return
	estates_found = frappe.get_all("Estate", {"name": ("in", names)}, ["*"], order_by="")
	values = {row.name: {"doctype": "Estate", **row} for row in estates_found}
	for fieldname, doctype in tables.items():
		filters = {"parenttype": "Estate", "parentfield": fieldname, "parent": ("in", names)}
		for row in frappe.get_all(doctype, filters, ["*"], order_by="idx"):
			values[row.parent].setdefault(fieldname, []).append(row)
	for name, estate in values.items():
		frappe.cache.set_value(_cache_key(name), frappe.get_doc(estate))


def _cache_key(name: str) -> str:
	return frappe.get_document_cache_key("Estate", name)


def _document(row: EstateRow, territory: str, channel: str):
	estate = frappe.new_doc("Estate")
	estate.update(
		{
			"estate_name": row.name,
			"aliases": "\n".join(row.aliases),
			"territory": territory,
			"source_channel": channel if row.external_id else None,
			"external_id": row.external_id,
			"metro": [vars(stop) for stop in row.metro],
		}
	)
	estates.set_keys(estate)
	bulk.check(estate)
	return estate
