"""Segments 客群: the clients a rule of Agency Tag gives its tag, for lists, calls, mailings and assignment.

A segment is a saved condition: an Agency Tag of kind Rule that applies to clients. Each Client bears the names
of its segments in `tag_names`, so that an Assignment Rule may ask `"急购客户" in (tag_names or "")`.
"""

import frappe

from agency_crm.domain.rating import tagging


def members(tag: str, user: str | None = None) -> list[str]:
	"""The clients of a segment that `user` may see, the session's where none is named."""
	every = {"pluck": "name", "order_by": "name", "limit_page_length": 0}
	return frappe.get_list("Client", filters=_has(tag), user=user, **every)


def counts() -> list[dict]:
	"""[{"tag", "colour", "clients"}]: the segments in their order, with how many of each the user may see."""
	segments = frappe.get_all(
		"Agency Tag",
		{"kind": "Rule", "applies_to": tagging.CLIENT, "enabled": 1},
		["name as tag", "colour"],
		order_by="sort_order, name",
	)
	for row in segments:
		(found,) = frappe.get_list(
			"Client", filters=_has(row.tag), fields=["count(distinct `tabClient`.name) as n"]
		)
		row.clients = found.n
	return segments


def _has(tag: str) -> list:
	return [["Client Tag", "tag", "=", tag]]
