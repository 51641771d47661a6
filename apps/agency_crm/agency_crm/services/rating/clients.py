"""What the rules make of a client, their level and their tags: at a save, in bulk, every night.

All ways go through `_marks` (services/rating/base.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import frappe
from frappe.utils import cint, cstr, date_diff, getdate

from agency_crm.domain.follow_ups.plans import birthday_in
from agency_crm.domain.money import exact
from agency_crm.domain.rating import levels, tagging
from agency_crm.domain.rating.facts import ClientFacts
from agency_crm.framework import jobs
from agency_crm.services.places import territories
from agency_crm.services.rating import base, scales, tags
from agency_crm.services.rating import levels as level_rules

TEXTS = ("stage", "pool", "client_type", "source_channel", "purpose", "payment_way", "eligibility")
ROLES = {"is_buyer": "Buyer", "is_seller": "Seller", "is_tenant": "Tenant", "is_landlord": "Landlord"}
# what services/clients/profile.py keeps of the viewings
LOOKED = ("viewing_count", "last_viewed_on", "looked_price", "looked_rent", "looked_area", "top_interest")
OTHERS = (
	"agent",
	"consent",
	"birthday",
	"household_size",
	"homes_owned",
	"last_effective_on",
	"level_by_hand",
)
MARKS = ("level", "level_score", "level_reasons", "tag_names")
TYPED = (*TEXTS, *ROLES, *OTHERS, "level")
REQUIREMENT = (
	*("name", "client", "requirement_type", "urgency", "budget_min", "budget_max", "bedrooms_min"),
	*("area_min", "area_max", "needs_school", "needs_metro"),
)


class Related(NamedTuple):
	"""What other tables know of a client: the open requirements, the places they name, whether there are children."""

	requirements: tuple = ()
	places: frozenset[str] = frozenset()
	has_children: bool = False


class ClientRules(NamedTuple):
	"""The rules of the level and of the tags."""

	level: levels.LevelRules
	tags: tags.TagRules


def set_marks(client) -> None:
	"""Set the level and the tags of a client that is being saved, where something of it was changed.

	What days alone change is the night's.
	"""
	before = client.get_doc_before_save()
	if before and not _changed(client, before):
		return
	related = _related([client.name])[client.name] if before else Related()
	related = related._replace(has_children=_has_children(client.relations))
	base.set_marks(KIND, client, related, _rules())


def refresh(names: Sequence[str], rules: ClientRules | None = None) -> None:
	"""Recompute level and tags of clients after a fact was written past their form; erased ones are left out."""
	base.refresh(KIND, names, rules or _rules())


def note_requirement(requirement) -> None:
	"""Bring a saved or deleted requirement's client up to date, and its former client."""
	before = requirement.get_doc_before_save()
	refresh(sorted({requirement.client, before.client if before else requirement.client}))


def refresh_all() -> None:
	"""Recompute every client that wasn't erased: nightly, and after a changed rule."""
	jobs.by_chunks("Client", refresh)


def rules_saved(changed: bool) -> None:
	"""After a saved rule: recompute the clients if it gives other levels or tags.

	A run lost with its worker is made up for in the night.
	"""
	if changed:
		tags.forget_rules()
		jobs.soon(refresh_all)


def preview(conditions: tuple[tagging.Condition, ...]) -> dict:
	"""{"found", "of"}: how many of the newest clients the session's user sees meet all conditions of a rule."""
	names = frappe.get_list(
		"Client", pluck="name", order_by="creation desc", limit_page_length=base.PREVIEWED
	)
	return base.preview(KIND, names, conditions)


def _rules() -> ClientRules:
	return ClientRules(level_rules.rules(), tags.rules(tagging.CLIENT))


def _changed(client, before) -> bool:
	return (
		any(client.has_value_changed(field) for field in TYPED)
		or tags.rows_of(client) != tags.rows_of(before)
		or _has_children(client.relations) != _has_children(before.relations)
	)


def _has_children(relations: Iterable) -> bool:
	return any(row.relation == "Child" for row in relations)


def _marks(row, related: Related, current: list[tags.Row], rules: ClientRules) -> tuple[dict, list[tags.Row]]:
	"""The values of MARKS and the tag rows of a client: the one place that decides them."""
	facts = _facts(row, related)
	graded = levels.level(facts, rules.level)
	letter = cstr(row.get("level")) if cint(row.get("level_by_hand")) else graded.grade if graded else ""
	tagged = tagging.tags_of(rules.tags.active, replace(facts, level=letter))
	wanted = tags.merge(current, tagged, rules.tags.names)
	return {
		"level": letter,
		"level_score": float(graded.score) if graded else 0.0,
		"level_reasons": scales.as_json(graded.reasons if graded else ()),
		"tag_names": tags.text_of(wanted),
	}, wanted


def _facts(row, related: Related) -> ClientFacts:
	today = getdate()
	entered = getdate(row.get("creation")) if row.get("creation") else today
	touched = max(getdate(row.get("last_effective_on") or entered), entered)
	born = getdate(row.get("birthday")) if row.get("birthday") else None
	viewed = row.get("last_viewed_on")
	wishes = related.requirements
	return ClientFacts(
		**{field: cstr(row.get(field)) for field in TEXTS},
		level=cstr(row.get("level")),
		roles=tuple(role for field, role in ROLES.items() if cint(row.get(field))),
		consent=row.get("consent") == "Given",
		has_agent=bool(row.get("agent")),
		has_children=related.has_children,
		household_size=cint(row.get("household_size")) or None,
		homes_owned=_homes(row),
		birthday_month=born.month if born else None,
		days_to_birthday=_days_to_birthday(born, today) if born else None,
		requirement_types=_each(wish.requirement_type for wish in wishes),
		urgencies=_each(wish.urgency for wish in wishes),
		budget=_budget(wishes, "Buy"),
		rent_budget=_budget(wishes, "Rent"),
		bedrooms_wanted=min((wish.bedrooms_min for wish in wishes if wish.bedrooms_min), default=None),
		area_wanted=any(wish.area_min or wish.area_max for wish in wishes),
		places=tuple(sorted(related.places)),
		needs_school=any(wish.needs_school for wish in wishes),
		needs_metro=any(wish.needs_metro for wish in wishes),
		viewings=cint(row.get("viewing_count")),
		top_interest=cint(row.get("top_interest")) or None,
		looked_price=exact(row.get("looked_price")) or None,
		looked_rent=exact(row.get("looked_rent")) or None,
		looked_area=exact(row.get("looked_area")) or None,
		days_since_entry=max(date_diff(today, entered), 0),
		days_untouched=max(date_diff(today, touched), 0),
		days_since_viewing=max(date_diff(today, getdate(viewed)), 0) if viewed else None,
	)


def _days_to_birthday(born: date, today: date) -> int:
	this_year = birthday_in(born, today.year)
	return ((this_year if this_year >= today else birthday_in(born, today.year + 1)) - today).days


def _homes(row) -> int | None:
	"""Return how many homes a client owns; that it is none is only known once eligibility was checked."""
	homes = cint(row.get("homes_owned"))
	return homes if homes or row.get("eligibility") in ("Eligible", "Not Eligible") else None


def _each(words: Iterable[str]) -> tuple[str, ...]:
	return tuple(dict.fromkeys(filter(None, words)))


def _budget(wishes: Sequence, requirement_type: str):
	ends = (
		exact(wish.budget_max or wish.budget_min)
		for wish in wishes
		if wish.requirement_type == requirement_type
	)
	return max(ends, default=None) or None


def _query(names: Sequence[str]):
	client = frappe.qb.DocType("Client")
	fields = (*TEXTS, *ROLES, *OTHERS, *LOOKED, *MARKS, "creation")
	query = frappe.qb.from_(client).select(client.name, *(client[field] for field in fields))
	return query.where(client.name.isin(list(names)) & client.erased_on.isnull())


def _related(names: Sequence[str]) -> dict[str, Related]:
	of_clients = {"client": ("in", list(names)), "status": "Open"}
	wishes: dict[str, list] = {name: [] for name in names}
	for row in frappe.get_all("Client Requirement", of_clients, list(REQUIREMENT), order_by="name"):
		wishes[row.client].append(row)
	places = wanted_places([row.name for rows in wishes.values() for row in rows])
	children = {"parent": ("in", list(names)), "parenttype": "Client", "relation": "Child"}
	parents = set(frappe.get_all("Client Relation", children, pluck="parent"))
	return {
		name: Related(
			tuple(rows),
			frozenset().union(*(places.get(row.name, ()) for row in rows)),
			name in parents,
		)
		for name, rows in wishes.items()
	}


def wanted_places(requirements: Sequence[str]) -> dict[str, frozenset[str]]:
	"""Requirement -> the business circles it names, those of its estates, and what they lie in."""
	if not requirements:
		return {}
	named: dict[str, set] = {}
	of_them = {"parent": ("in", list(requirements)), "parenttype": "Client Requirement"}
	for row in frappe.get_all("Requirement Territory", of_them, ["parent", "territory"]):
		named.setdefault(row.parent, set()).add(row.territory)
	for row in frappe.get_all("Requirement Estate", of_them, ["parent", "estate.territory"]):
		named.setdefault(row.parent, set()).add(row.territory)
	above = territories.within({place for places in named.values() for place in places if place})
	return {
		name: frozenset().union(*(above.get(place, ()) for place in places)) for name, places in named.items()
	}


KIND = base.Marked(tagging.CLIENT, MARKS, _query, _related, _facts, _marks)
