"""What is known of a requirement and a listing together: suggested, shown, viewed, not suitable.

One record a pair, whoever makes it: the database's unique `pair_key` decides, so two at once and a retry write
the same row. Rules: design.md §5 ("Match").
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import frappe
from frappe.utils import cstr, now, now_datetime
from pypika.functions import Concat
from pypika.terms import Values

PAIR = "Match Pair"
SUGGESTED, SHOWN, VIEWED, REJECTED = "Suggested", "Shown", "Viewed", "Rejected"
# what happened to a pair, and its day; the last of them is its status
DAYS = {SHOWN: "shown_on", VIEWED: "viewed_on", REJECTED: "rejected_on"}
LINKS = {"Listing": "listing", "Client": "client", "Client Requirement": "requirement"}
CHUNK = 2000


class Suggestion(NamedTuple):
	"""A match worth keeping: its score 0-100 and the reasons as JSON text."""

	requirement: str
	client: str
	listing: str
	score: float
	reasons: str


def suggest(rows: Iterable[Suggestion]) -> None:
	"""Keep matches: a new pair is Suggested, one that is known gets the new score and reasons alone."""
	rows, pair = iter(rows), frappe.qb.DocType(PAIR)
	while chunk := list(islice(rows, CHUNK)):
		new = [(*_stamps(row.requirement, row.listing), *row) for row in chunk]
		query = frappe.qb.into(pair).columns(*STAMPS, *Suggestion._fields).insert(*new)
		for column in ("score", "reasons", "modified"):
			query = query.on_duplicate_key_update(pair[column], Values(pair[column]))
		query.run()


def drop_stale(before: datetime) -> None:
	"""Forget suggestions not found again since a moment, of which nobody was told."""
	pair = frappe.qb.DocType(PAIR)
	stale = (pair.status == SUGGESTED) & pair.told_on.isnull() & (pair.modified < before)
	frappe.qb.from_(pair).delete().where(stale).run()


def remember(requirement: str, listing: str, status: str, reason: str | None = None, **values) -> None:
	"""Note that a listing was Shown, Viewed or Rejected for a requirement, and `values` of the pair with it.

	What happened before stays noted: once a rejection is taken back the pair is what it was.
	"""
	row = _locked(requirement, listing)
	changed = {DAYS[status]: now_datetime(), **values}
	if status == REJECTED:
		changed["reject_reason"] = cstr(reason).strip() or None
	_write(row, changed)


def take_back(requirement: str, listing: str, status: str) -> None:
	"""Let a pair not be Shown, Viewed or Rejected any more: it is again what it was without that."""
	changed = {DAYS[status]: None}
	if status == REJECTED:
		changed["reject_reason"] = None
	_write(_locked(requirement, listing), changed)


def hidden(field: str, names: Sequence[str]) -> set[tuple[str, str]]:
	"""(requirement, listing) of pairs that aren't suggested again: shown, viewed or rejected.

	`field` is "requirement" or "listing", `names` its values.
	"""
	pair = frappe.qb.DocType(PAIR)
	query = frappe.qb.from_(pair).select(pair.requirement, pair.listing)
	return set(query.where(pair[field].isin(list(names)) & pair.status.isin(list(DAYS))).run())


def forget(doc, method: str | None = None) -> None:
	"""The event `on_trash` of Listing, Client and Client Requirement: their pairs go with them."""
	frappe.db.delete(PAIR, {LINKS[doc.doctype]: doc.name})


def follow_listing(*names: str) -> None:
	"""Key pairs anew whose listing became another: two listings were made one, or parted."""
	pair = frappe.qb.DocType(PAIR)
	key = Concat(pair.requirement, "|", pair.listing)
	frappe.qb.update(pair).set(pair.pair_key, key).where(pair.listing.isin(names)).run()


STAMPS = ("name", "owner", "modified_by", "creation", "modified", "status", "pair_key")


def _stamps(requirement: str, listing: str) -> tuple:
	user, at = frappe.session.user, now()
	key = f"{requirement}|{listing}"
	return frappe.generate_hash(length=10), user, user, at, at, SUGGESTED, key


def _locked(requirement: str, listing: str) -> frappe._dict:
	"""The pair's row, made where it is new, kept from others."""
	client = frappe.db.get_value("Client Requirement", requirement, "client")
	*stamps, key = _stamps(requirement, listing)
	new = (*stamps, key, requirement, client, listing)
	columns = [*STAMPS, "requirement", "client", "listing"]
	frappe.db.bulk_insert(PAIR, columns, [new], ignore_duplicates=True)
	fields = ["name", *DAYS.values()]
	return frappe.db.get_value(PAIR, {"pair_key": key}, fields, as_dict=True, for_update=True)


def _write(row: frappe._dict, changed: dict) -> None:
	row.update(changed)
	happened = [status for status, day in DAYS.items() if row[day]]
	status = happened[-1] if happened else SUGGESTED
	frappe.db.set_value(PAIR, row.name, {**changed, "status": status})
