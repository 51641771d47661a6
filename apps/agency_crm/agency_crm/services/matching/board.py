"""What the forms of a requirement and of a listing show: the best matches now, and the pairs kept.

All is read as the session's user: without access to a client or a listing one gets no pair of it.
"""

from collections.abc import Iterable, Sequence

import frappe
from frappe.utils import cstr

from agency_crm.services.listings import finding
from agency_crm.services.matching import learning, pairs, search, words

MOST = 20  # matches, and remembered pairs, shown on a form
HOME = ("name", "title", "status", "phase", "unit_price", "floor", "total_floors", "tag_names")
WISH = (
	*("name", "client", "requirement_type", "status", "urgency", "budget_min", "budget_max"),
	*("area_min", "area_max", "bedrooms_min", "bedrooms_max"),
)
CLIENT = ("name", "client_name", "level", "stage", "agent.agent_name", "last_follow_up_on")
REMEMBERED = ["requirement", "client", "listing", "status", "score", "reasons", *pairs.DAYS.values()]


def of_requirement(requirement) -> dict:
	"""Return the best listings for a Client Requirement and those remembered.

	{"matches", "remembered": [pair], "learned": {part: factor}}: a pair has requirement, client, listing, score
	(0-100), reasons [{"part", "label", "points", "most", "text"}] and `home`, the listing's facts and its `photo`;
	a remembered one also status, its days and reject_reason.
	"""
	found = search.best_listings(requirement.name, MOST)
	matches = [_pair(requirement.name, requirement.client, one.listing, one.match) for one in found]
	remembered = _remembered({"requirement": requirement.name})
	homes = _homes({pair["listing"] for pair in (*matches, *remembered)})
	return {
		"matches": _said(matches, {requirement.name: requirement}, homes),
		"remembered": _said(remembered, {requirement.name: requirement}, homes),
		"learned": {words.part_name(part): by for part, by in learning.factors(requirement.name).items()},
	}


def of_listing(name: str) -> dict:
	"""Return the clients who would want a listing and those remembered, of those the user may see.

	{"matches", "remembered": [pair]}: pairs as of_requirement, with `wish`, what is asked for, and `person`,
	the client.
	"""
	matches = [_pair(one.requirement, one.client, name, one.match) for one in search.best_clients(name, MOST)]
	remembered = _remembered({"listing": name})
	both = (*matches, *remembered)
	wishes = _by_name("Client Requirement", {pair["requirement"] for pair in both}, WISH)
	people = _by_name("Client", {pair["client"] for pair in both}, CLIENT)
	homes = _homes([name])

	def shown(rows: list[dict]) -> list[dict]:
		rows = [row for row in rows if row["requirement"] in wishes and row["client"] in people]
		wish_of, person_of = (lambda row: wishes[row["requirement"]]), (lambda row: people[row["client"]])
		said = _said(rows, wishes, homes)
		return [{**row, "wish": wish_of(row), "person": person_of(row)} for row in said]

	return {"matches": shown(matches), "remembered": shown(remembered)}


def choose(requirement: str, listings: Sequence[str], shown: bool = False) -> None:
	"""Keep why these listings suit a requirement, because somebody acts on them; `shown` to the client."""
	client = frappe.db.get_value("Client Requirement", requirement, "client")
	pairs.suggest(
		pairs.suggestion(requirement, client, one.listing, one.match)
		for one in search.best_listings(requirement, MOST)
		if one.listing in listings
	)
	for listing in sorted(listings) if shown else ():
		pairs.remember(requirement, listing, pairs.SHOWN)


def _pair(requirement: str, client: str, listing: str, match) -> dict:
	kept = pairs.suggestion(requirement, client, listing, match)
	return {**kept._asdict(), "status": pairs.SUGGESTED}


def _remembered(of: dict) -> list[dict]:
	"""Pairs that aren't suggested again, the newest first, whose client and listing the user sees."""
	happened = {**of, "status": ("in", list(pairs.DAYS))}
	fields = [*REMEMBERED, "reject_reason"]
	return frappe.get_list(pairs.PAIR, happened, fields, order_by="modified desc", limit=MOST)


def _homes(names: Iterable[str]) -> dict[str, frappe._dict]:
	homes = _by_name("Listing", names, (*HOME, *words.FACTS))
	for name, photos in finding.photos_of(list(homes)).items() if homes else ():
		homes[name].photo = photos[0].file
	return homes


def _by_name(doctype: str, names: Iterable[str], fields: Sequence[str]) -> dict[str, frappe._dict]:
	"""Rows of these names that the user sees."""
	if not names:
		return {}
	rows = frappe.get_list(doctype, {"name": ("in", list(names))}, list(fields), limit=0, order_by="")
	return {cstr(row.name): row for row in rows}


def _said(rows: list[dict], wishes: dict, homes: dict[str, frappe._dict]) -> list[dict]:
	"""The pairs of listings the user sees, with their home and their reasons in words."""
	return [
		{
			**row,
			"home": homes[row["listing"]],
			"reasons": [
				{
					**reason,
					"label": words.part_name(reason["part"]),
					"text": words.say(reason, wishes[row["requirement"]], homes[row["listing"]]),
				}
				for reason in pairs.read_reasons(row["reasons"])
			],
		}
		for row in rows
		if row["listing"] in homes
	]
