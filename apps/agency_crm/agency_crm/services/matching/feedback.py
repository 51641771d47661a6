"""What a client's word on viewed homes teaches of what they want. Rules: design.md §5, issue "Clients"."""

import frappe

LEARNED = "Requirement Learned"


def factors(requirement: str) -> dict[str, float]:
	"""What was learned of a requirement: part of the score -> factor of its weight; {} for nothing.

	Rows that were undone don't count.
	"""
	rows = frappe.get_all(LEARNED, {"parent": requirement, "undone": 0}, ["part", "factor"])
	found: dict[str, float] = {}
	for row in rows:
		found[row.part] = found.get(row.part, 1.0) * row.factor
	return found
