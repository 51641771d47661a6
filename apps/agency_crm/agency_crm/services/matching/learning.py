"""What a client's feedback on viewed homes teaches about what they want.

A viewing that is done adds rows to the client's open requirements of that kind, which anybody who may edit
these can undo. Saved again it teaches anew, and what was undone stays so; no longer done, it takes its lessons
back. What one word counts for: domain/matching/learning.py. Rules: docs/rules/matching.md, "Learning".
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, cstr, flt, now_datetime

from agency_crm.domain.matching import learning
from agency_crm.domain.matching.rows import TYPES
from agency_crm.domain.matching.score import PARTS
from agency_crm.domain.phases import CLOSED
from agency_crm.framework import bulk
from agency_crm.services.matching import pairs

LEARNED = "Requirement Learned"
PRICE = "Price"
# what a client may dislike: the agency's grade of a home is not theirs to judge
WORDS = tuple(part for part in PARTS if part != "Grade")
WANTED = {home: wish for wish, home in TYPES.items()}
SAID = ("listing", "interest", "dislikes", "price_opinion")


def factors(requirement: str) -> dict[str, float]:
	"""Return part of the score -> factor of its weight for a requirement; {} where nothing was learned."""
	return all_factors([requirement]).get(requirement, {})


def all_factors(requirements: Sequence[str]) -> dict[str, dict[str, float]]:
	"""Return requirement -> `factors`, for those with any lesson; undone ones don't count."""
	taught: dict[str, list[tuple[str, Decimal]]] = {}
	for row in frappe.get_all(
		LEARNED,
		{"parent": ("in", list(requirements)), "undone": 0},
		["parent", "part", "factor"],
		order_by="parent",
	):
		taught.setdefault(row.parent, []).append((row.part, _decimal(row.factor)))
	by = _rules()
	return {
		requirement: {part: float(factor) for part, factor in learning.together(rows, by).items()}
		for requirement, rows in taught.items()
	}


def read_dislikes(viewing) -> None:
	"""Normalise the dislikes: parts of the match, each once, in their order."""
	for stop in viewing.stops:
		words = [word.strip() for word in re.split(r"[,，、\n]", cstr(stop.dislikes)) if word.strip()]
		unknown = next((word for word in words if word not in WORDS), None)
		if unknown:
			frappe.throw(
				_("Row {0}: {1} can't be {2}. It is any of: {3}.").format(
					stop.idx,
					frappe.bold(_(stop.meta.get_label("dislikes"), context="Viewing Stop")),
					frappe.utils.escape_html(unknown),
					", ".join(WORDS),
				)
			)
		stop.dislikes = ",".join(part for part in WORDS if part in words) or None


def keep_learned(requirement) -> None:
	"""Restore the learned rows to what is stored, whatever the form held: nobody types them."""
	row = frappe.qb.DocType(LEARNED)
	query = frappe.qb.from_(row).select("*").where(row.parent == requirement.name).orderby(row.idx)
	stored = [] if requirement.is_new() else query.for_update().run(as_dict=True)
	requirement.set("learned", stored)


def learn_from_viewing(viewing) -> None:
	"""Update the pairs of a saved viewing: planned, its homes are shown; done, they are viewed, and it teaches.

	Done, it teaches too.
	"""
	before = viewing.get_doc_before_save()
	if before and _said(before) == _said(viewing):
		return
	clients = {doc.client for doc in (before, viewing) if doc}
	had = {(before.client, stop.listing) for stop in before.stops} if before else set()
	has = {(viewing.client, stop.listing) for stop in viewing.stops}
	listings = {listing for _client, listing in had | has}
	kinds = dict(
		frappe.get_all("Listing", {"name": ("in", listings)}, ["name", "listing_type"], as_list=True)
	)
	for requirement in _locked_requirements(viewing, clients):
		for listing in sorted(listings):
			if WANTED[kinds[listing]] == requirement.requirement_type:
				_note_pair(requirement, listing, (requirement.client, listing) in has - had)
		own = requirement.client == viewing.client and viewing.phase == CLOSED
		stops = [
			stop for stop in viewing.stops if WANTED[kinds[stop.listing]] == requirement.requirement_type
		]
		_write_lessons(viewing, requirement.name, _lessons(requirement.name, stops if own else []))


def set_undone(requirement: str, undone: bool, rows: Sequence[str] | None = None) -> None:
	"""Undo these learned rows of a requirement, or all, or let them count again."""
	filters = {"parent": requirement, "parenttype": "Client Requirement"}
	if rows is not None:
		filters["name"] = ("in", list(rows))
	frappe.db.set_value(LEARNED, filters, "undone", int(undone))


def forget(viewing) -> None:
	"""Delete what a deleted viewing taught."""
	frappe.db.delete(LEARNED, {"viewing": viewing.name})
	frappe.db.set_value(pairs.PAIR, {"viewing": viewing.name}, "viewing", None, update_modified=False)


def _said(viewing) -> list:
	"""What of a viewing teaches."""
	stops = [[cstr(stop.get(field)) for field in SAID] for stop in viewing.stops]
	return [viewing.client, viewing.phase == CLOSED, *stops]


def _locked_requirements(viewing, clients: set[str]) -> list[frappe._dict]:
	"""The clients' open requirements and those this viewing taught, kept from others."""
	requirement, row = frappe.qb.DocType(pairs.REQUIREMENT), frappe.qb.DocType(LEARNED)
	taught = frappe.qb.from_(row).select(row.parent).where(row.viewing == viewing.name)
	query = frappe.qb.from_(requirement).select(
		requirement.name, requirement.client, requirement.requirement_type
	)
	query = query.where(requirement.client.isin(sorted(clients)))
	query = query.where((requirement.status == "Open") | requirement.name.isin(taught))
	return query.orderby(requirement.name).for_update().run(as_dict=True)


def _note_pair(requirement, listing: str, is_new: bool) -> None:
	"""Write that a listing was shown, where it `is_new`, and recompute when the client last viewed it."""
	if is_new:
		pairs.remember(requirement.name, listing, pairs.SHOWN)
	stop, table = frappe.qb.DocType("Viewing Stop"), frappe.qb.DocType("Viewing")
	done = (
		frappe.qb.from_(table)
		.join(stop)
		.on(stop.parent == table.name)
		.select(table.name, table.done_on)
		.where((table.client == requirement.client) & (table.phase == CLOSED) & (stop.listing == listing))
		.orderby(table.done_on, order=frappe.qb.desc)
		.limit(1)
	).run()
	if done:
		name, at = done[0]
		pairs.remember(requirement.name, listing, pairs.VIEWED, viewing=name, viewed_on=at)
	elif not is_new:
		pairs.take_back(requirement.name, listing, pairs.VIEWED, viewing=None)


def _lessons(requirement: str, stops: Iterable) -> dict[str, Decimal]:
	shares = _shares(requirement, [stop.listing for stop in stops])
	seen = [
		learning.Impression(
			cint(stop.interest),
			frozenset(filter(None, cstr(stop.dislikes).split(","))),
			cstr(stop.price_opinion),
			shares.get(stop.listing, {}),
		)
		for stop in stops
	]
	return learning.lessons(seen, PRICE, _rules())


def _shares(requirement: str, listings: Sequence[str]) -> dict[str, dict[str, Decimal]]:
	"""Listing -> part -> how far it met the requirement when the two were last matched, 0-1."""
	known = {"requirement": requirement, "listing": ("in", list(listings))}
	rows = frappe.get_all(pairs.PAIR, known, ["listing", "reasons"])
	return {
		row.listing: {
			reason["part"]: _decimal(reason["points"]) / _decimal(reason["most"])
			for reason in pairs.read_reasons(row.reasons)
		}
		for row in rows
	}


def _write_lessons(viewing, requirement: str, taught: dict[str, Decimal]) -> None:
	"""Replace a viewing's rows by what it teaches now; an undone row stays undone."""
	row = frappe.qb.DocType(LEARNED)
	of_viewing = (row.parent == requirement) & (row.viewing == viewing.name)
	query = frappe.qb.from_(row).select(row.name, row.part, row.factor, row.undone).where(of_viewing)
	known = {found.part: found for found in query.for_update().run(as_dict=True)}
	gone = [found.name for part, found in known.items() if part not in taught and not found.undone]
	if gone:
		frappe.db.delete(LEARNED, {"name": ("in", gone)})
	for part in taught.keys() & known.keys():
		frappe.db.set_value(LEARNED, known[part].name, "factor", float(taught[part]))
	new = [part for part in taught if part not in known]
	at = now_datetime()
	first = frappe.db.count(LEARNED, {"parent": requirement}) + 1
	bulk.insert_rows(
		LEARNED,
		("parent", "parenttype", "parentfield", "idx", "part", "factor", "viewing", "learned_on"),
		[
			(requirement, "Client Requirement", "learned", idx, part, float(taught[part]), viewing.name, at)
			for idx, part in enumerate(new, first)
		],
	)


def _rules() -> learning.LearningRules:
	settings = frappe.get_cached_doc("Agency Settings")
	step = _decimal(settings.match_learning_step) / 100
	return learning.LearningRules(step, max(_decimal(settings.match_learning_most), Decimal(1)))


def _decimal(number: float) -> Decimal:
	return Decimal(str(flt(number)))
