"""Territories as matching asks for them: spans in the nested set, and the index that holds the listings of each."""

from collections.abc import Iterable
from typing import NamedTuple

import frappe

# indexes of Listing (its DocType's file)
BY_PLACE, BY_DISTRICT, BY_PRICE = "match_by_place", "match_by_district", "match_by_price"
Span = tuple[int, int]  # left and right in the nested set


class Place(NamedTuple):
	"""A territory, and how its listings are found: `column` of Listing is one of `values`, read by `index`.

	`asked` is whether it was named, or lies around what was.
	"""

	span: Span
	column: str
	values: tuple[str, ...]
	index: str
	asked: bool = True


def spans() -> dict[str, Span]:
	"""Return every territory by name."""
	rows = frappe.get_all("Territory", fields=["name", "lft", "rgt"], order_by="", as_list=True)
	return {name: (left, right) for name, left, right in rows}


def chain(territory: str | None) -> dict[str, Span]:
	"""Return a territory with all above and below it, by name: who names one of them may mean it."""
	return {row.name: (row.lft, row.rgt) for row in _related([territory] if territory else [])}


def asked_for(names: Iterable[str]) -> list[Place]:
	"""Return the territories of these names, after those around them: a listing may be known less exactly.

	A business circle and a district have an index each; what is divided further is met in the order of prices.
	"""
	names = set(names)
	rows = _related(names)
	named = [row for row in rows if row.name in names]
	around = [row for row in rows if not any(place.lft <= row.lft < place.rgt for place in named)]
	found = [Place((row.lft, row.rgt), "territory", (row.name,), BY_PLACE, asked=False) for row in around]
	for place in named:
		groups = tuple(row.name for row in rows if row.is_group and place.lft <= row.lft < place.rgt)
		if not place.is_group:
			way = "territory", (place.name,), BY_PLACE
		else:
			way = "district", groups, BY_DISTRICT if len(groups) == 1 else BY_PRICE
		found.append(Place((place.lft, place.rgt), *way))
	return found


def _related(names: Iterable[str]) -> list[frappe._dict]:
	if not names:
		return []
	node, other = frappe.qb.DocType("Territory").as_("node"), frappe.qb.DocType("Territory").as_("other")
	below = (other.lft >= node.lft) & (other.rgt <= node.rgt)
	above = (other.lft < node.lft) & (other.rgt > node.rgt)
	query = frappe.qb.from_(node).join(other).on(below | above).where(node.name.isin(list(names)))
	return query.select(other.name, other.lft, other.rgt, other.is_group).distinct().run(as_dict=True)
