"""What is known of a requirement and a listing together: suggested, shown, viewed, rejected.

One record for each pair, whoever makes it: the unique `pair_key` decides, so concurrent writers and a retry
write the same row. Rules: docs/rules/matching.md, "Pairs".
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import frappe
from frappe.utils import cstr, now, now_datetime
from pypika.functions import Concat
from pypika.terms import Values

from agency_crm.domain.inputs.text import without_markup

PAIR, REQUIREMENT = "Match Pair", "Client Requirement"
SUGGESTED, SHOWN, VIEWED, REJECTED = "Suggested", "Shown", "Viewed", "Rejected"
# what happened to a pair, and its day; the last of them is its status
DAYS = {SHOWN: "shown_on", VIEWED: "viewed_on", REJECTED: "rejected_on"}
LINKS = {"Listing": "listing", "Client": "client", REQUIREMENT: "requirement"}
TOLD = ["name", "listing", "client"]
STAMPS = ("name", "owner", "modified_by", "creation", "modified", "status", "pair_key")
CHUNK = 2000


class Suggestion(NamedTuple):
	"""A match worth keeping: its score 0-100 and the reasons as JSON text."""

	requirement: str
	client: str
	listing: str
	score: float
	reasons: str


def suggest(rows: Iterable[Suggestion]) -> None:
	"""Keep matches: a new pair becomes Suggested, a known one only gets the new score and reasons."""
	# all writers lock pairs in one order, so that concurrent ones wait instead of deadlocking
	rows = iter(sorted(rows, key=lambda row: (row.requirement, row.listing)))
	pair = frappe.qb.DocType(PAIR)
	while chunk := list(islice(rows, CHUNK)):
		asked = {"name": ("in", {row.requirement for row in chunk})}
		names = dict(frappe.get_all(REQUIREMENT, asked, ["name", "client_name"], as_list=True))
		new = [(*_stamps(row.requirement, row.listing), names.get(row.requirement), *row) for row in chunk]
		query = frappe.qb.into(pair).columns(*STAMPS, "client_name", *Suggestion._fields).insert(*new)
		for column in ("score", "reasons", "modified"):
			query = query.on_duplicate_key_update(pair[column], Values(pair[column]))
		query.run()


def suggestion(requirement: str, client: str, listing: str, match) -> Suggestion:
	"""Return a domain.matching.Match of a requirement and a listing as it is kept."""
	return Suggestion(requirement, client, listing, float(match.score), text_of(match.reasons))


def text_of(reasons: Iterable) -> str:
	"""Return the reasons of a domain.matching.Match as the JSON text a pair keeps."""
	return json.dumps(
		[
			{"part": one.part, "points": float(one.points), "most": float(one.most), "word": one.word}
			for one in reasons
		]
	)


def read_reasons(text: str | None) -> list[dict]:
	"""Return the reasons a pair keeps: [{"part", "points", "most", "word"}]."""
	return json.loads(text or "[]")


def drop_stale(before: datetime) -> None:
	"""Delete suggestions not found again since a moment, of which nobody was told.

	Those of a requirement that couldn't be matched since stay.
	"""
	pair, wish = frappe.qb.DocType(PAIR), frappe.qb.DocType("Client Requirement")
	unmatched = wish.matched_on.isnull() | (wish.matched_on < before)
	left_out = frappe.qb.from_(wish).select(wish.name).where((wish.status == "Open") & unmatched)
	stale = (pair.status == SUGGESTED) & pair.told_on.isnull() & (pair.modified < before)
	stale &= pair.requirement.notin(left_out)
	frappe.qb.from_(pair).delete().where(stale).run()


def remember(requirement: str, listing: str, status: str, reason: str | None = None, **values) -> None:
	"""Set a pair to Shown, Viewed or Rejected, with `values`.

	Earlier statuses stay stored: when a rejection is taken back, the pair is what it was.
	"""
	row = _locked(requirement, listing)
	changed = {DAYS[status]: now_datetime(), **values}
	if status == REJECTED:
		changed["reject_reason"] = without_markup(cstr(reason).strip()) or None
	_write(row, changed)


def take_back(requirement: str, listing: str, status: str, **values) -> None:
	"""Undo a pair's last status."""
	changed = {DAYS[status]: None, **values}
	if status == REJECTED:
		changed["reject_reason"] = None
	_write(_locked(requirement, listing), changed)


def let_know(listing: str, users: Mapping[str, str]) -> None:
	"""Note who is to hear of a listing's pairs: requirement -> user. Of a pair somebody heard once, or that was
	shown or rejected, nobody hears again.
	"""
	pair = frappe.qb.DocType(PAIR)
	untold = (pair.listing == listing) & (pair.status == SUGGESTED) & pair.told_on.isnull()
	for user in sorted(set(users.values())):
		own = [requirement for requirement, receiver in users.items() if receiver == user]
		frappe.qb.update(pair).set(pair.to_tell, user).where(untold & pair.requirement.isin(own)).run()


def waiting_users() -> list[str]:
	"""The users who are to hear of pairs."""
	return frappe.get_all(
		PAIR, {"to_tell": ("is", "set")}, pluck="to_tell", distinct=True, order_by="to_tell"
	)


def take_waiting(user: str) -> list[frappe._dict]:
	"""Note that a user is told of the pairs they wait for and may see; return those, the best first."""
	waiting = {"to_tell": user}
	names = frappe.get_all(PAIR, waiting, pluck="name")
	frappe.db.set_value(PAIR, waiting, "to_tell", None, update_modified=False)
	if not frappe.has_permission(PAIR, "read", user=user):
		return []
	open_ones = {"name": ("in", names), "status": SUGGESTED}
	told = frappe.get_list(PAIR, open_ones, TOLD, user=user, order_by="score desc", limit=0)
	if told:
		heard = {"told_to": user, "told_on": now_datetime()}
		frappe.db.set_value(PAIR, {"name": ("in", [row.name for row in told])}, heard)
	return told


def told_since(user: str, since: datetime) -> list[frappe._dict]:
	"""The pairs a user was told of after a moment."""
	return frappe.get_all(PAIR, {"told_to": user, "told_on": (">=", since)}, TOLD)


def hidden(field: str, names: Sequence[str], statuses: Collection[str] = tuple(DAYS)) -> set[tuple[str, str]]:
	"""(requirement, listing) of pairs that aren't suggested again: shown, viewed or rejected, or `statuses` alone.

	`field` is "requirement" or "listing", `names` its values.
	"""
	pair = frappe.qb.DocType(PAIR)
	query = frappe.qb.from_(pair).select(pair.requirement, pair.listing)
	return set(query.where(pair[field].isin(list(names)) & pair.status.isin(list(statuses))).run())


def forget(doc) -> None:
	"""Delete the pairs of a Listing, Client or Client Requirement that is deleted."""
	frappe.db.delete(PAIR, {LINKS[doc.doctype]: doc.name})


def follow_client(requirement) -> None:
	"""Write a requirement's client to its pairs, and so who sees them."""
	if requirement.get_doc_before_save() and requirement.has_value_changed("client"):
		whose = {"client": requirement.client, "client_name": requirement.client_name}
		frappe.db.set_value(PAIR, {"requirement": requirement.name}, whose)


def follow_listing(*names: str) -> None:
	"""Rebuild the keys of pairs whose listing was merged into another, or parted again."""
	pair = frappe.qb.DocType(PAIR)
	key = Concat(pair.requirement, "|", pair.listing)
	frappe.qb.update(pair).set(pair.pair_key, key).where(pair.listing.isin(names)).run()


def _stamps(requirement: str, listing: str) -> tuple:
	user, at = frappe.session.user, now()
	name = frappe.generate_hash(length=20)  # of a few hundred thousand no two are alike
	return name, user, user, at, at, SUGGESTED, _key(requirement, listing)


def _key(requirement: str, listing: str) -> str:
	return f"{requirement}|{listing}"


def _locked(requirement: str, listing: str) -> frappe._dict:
	"""Return the pair's row, made if new, locked: writers of one requirement wait for each other."""
	whose = frappe.db.get_value(REQUIREMENT, requirement, ["client", "client_name"], for_update=True)
	new = (*_stamps(requirement, listing), requirement, listing, *whose)
	pair = frappe.qb.DocType(PAIR)
	columns = (*STAMPS, "requirement", "listing", "client", "client_name")
	query = frappe.qb.into(pair).columns(*columns).insert(*new)
	# not INSERT IGNORE: it takes a shared lock on an existing row, and two transactions with one each deadlock
	query.on_duplicate_key_update(pair.pair_key, Values(pair.pair_key)).run()
	fields = ["name", *DAYS.values()]
	return frappe.db.get_value(
		PAIR, {"pair_key": _key(requirement, listing)}, fields, as_dict=True, for_update=True
	)


def _write(row: frappe._dict, changed: dict) -> None:
	row.update(changed)
	happened = [status for status, day in DAYS.items() if row[day]]
	status = happened[-1] if happened else SUGGESTED
	frappe.db.set_value(PAIR, row.name, {**changed, "status": status})
