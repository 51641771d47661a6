"""A list's filters written so that the database has an index for them, and finds the same.

Frappe asks for a tree's node as `ifnull(territory, '') in (...)`, which no index serves, and for a tag by
joining all rows of that tag, to sort and group them away again: a second at a million listings.
"""

import frappe

FEW = 500  # listings named in a query instead of being joined
BELOW = "descendants of (inclusive)"


def filters(doctype: str, rows: list | dict | None) -> list | dict:
	"""Return the filters of a list of `doctype`, each as [doctype, field, operator, value]; others as they are."""
	if not isinstance(rows, list):
		return rows or []
	return [_indexed(doctype, row) if isinstance(row, list) and len(row) >= 4 else row for row in rows]


def _indexed(doctype: str, row: list) -> list:
	table, field, operator, value = row[:4]
	if operator == BELOW and table == doctype:
		tree = frappe.get_meta(doctype).get_options(field)
		span = value and frappe.db.get_value(tree, value, ["lft", "rgt"])
		return [table, field, "in", _nodes(tree, *span)] if span else row
	if (doctype, table, field, operator) == ("Listing", "Listing Tag", "tag", "="):
		return _tagged(value) or row
	return row


def _nodes(tree: str, lft: int, rgt: int) -> list[str]:
	return frappe.get_all(tree, {"lft": (">=", lft), "rgt": ("<=", rgt)}, pluck="name", order_by="lft")


def _tagged(tag: str) -> list | None:
	"""A tag of few listings names them; one of many is a part of their text, if of no other tag's name."""
	names = frappe.get_all(
		"Listing Tag", {"parenttype": "Listing", "tag": tag}, pluck="parent", order_by="", limit=FEW + 1
	)
	if len(names) <= FEW:
		return ["Listing", "name", "in", names]
	part = f"%{tag}%"
	alone = frappe.db.count("Agency Tag", {"name": ("like", part)}) == 1
	return ["Listing", "tag_names", "like", part] if alone else None
