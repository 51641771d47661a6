"""Rewrite a list's filters so that an index serves them; they find the same rows.

Frappe has no filter for a range of numbers. It asks for a tree's node as `ifnull(territory, '') in (...)`,
which no index serves, and for a tag by joining all rows of that tag and grouping them away again: a second at a
million listings.
"""

import frappe

FEW = 500  # listings named in a query instead of being joined
BELOW = "descendants of (inclusive)"
NUMBERS = ("Int", "Float", "Currency", "Percent")


def filters(doctype: str, rows: list | dict | None) -> list | dict:
	"""Return the filters of a list of `doctype`, each as [doctype, field, operator, value]; others as they are."""
	if not isinstance(rows, list):
		return rows or []
	written = []
	for row in rows:
		written += _indexed(doctype, row) if isinstance(row, list) and len(row) >= 4 else [row]
	return written


def _indexed(doctype: str, row: list) -> list[list]:
	table, field, operator, value = row[:4]
	if (doctype, table, field, operator) == ("Listing", "Listing Tag", "tag", "="):
		return [_tagged(value) or row]
	df = frappe.get_meta(doctype).get_field(field) if table == doctype else None
	if df and operator == BELOW:
		return [_below(table, df, value) or row]
	if df and operator == "between" and df.fieldtype in NUMBERS:
		return _between(table, field, value)
	return [row]


def _between(table: str, field: str, value: str | list) -> list[list]:
	"""A range of numbers, an end of it open where there is none."""
	low, high = value.split(",") if isinstance(value, str) else value
	if low == high:
		return [[table, field, "=", low]]
	ends = ((">=", low), ("<=", high))
	return [[table, field, operator, end] for operator, end in ends if end not in (None, "")]


def _below(table: str, df, node: str) -> list | None:
	"""Match the nodes of a tree by name; a listing has its district too, and one name uses the index's order."""
	span = node and frappe.db.get_value(df.options, node, ["lft", "rgt"])
	if not span:
		return None
	within = {"lft": (">=", span[0]), "rgt": ("<=", span[1])}
	if (table, df.fieldname) == ("Listing", "territory"):
		groups = frappe.get_all(df.options, within | {"is_group": 1}, pluck="name", order_by="lft")
		if groups:
			return [table, "district", "in", groups]
	nodes = frappe.get_all(df.options, within, pluck="name", order_by="lft")
	return [table, df.fieldname, "in", nodes]


def _tagged(tag: str) -> list | None:
	"""Match a rare tag by the listings' names, a common one by text, unless another tag contains its name."""
	names = frappe.get_all(
		"Listing Tag", {"parenttype": "Listing", "tag": tag}, pluck="parent", order_by="", limit=FEW + 1
	)
	if len(names) <= FEW:
		return ["Listing", "name", "in", names]
	part = f"%{tag}%"
	alone = frappe.db.count("Agency Tag", {"name": ("like", part)}) == 1
	return ["Listing", "tag_names", "like", part] if alone else None
