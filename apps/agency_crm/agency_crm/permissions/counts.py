"""Connections are counted as the reader's lists show them.

A form's connections count every record that links to it, and Frappe has no hook for that. So the counting
function is wrapped (framework/wraps.py).
"""

from collections.abc import Callable

import frappe

MOST = 100  # Frappe counts no further


def count_seen(_get_doc_count: Callable, doctype: str, filters: dict) -> int:
	"""Return how many records the reader sees, at most 100."""
	if not frappe.has_permission(doctype, "read"):
		return 0
	rows = frappe.get_list(doctype, filters, pluck="name", limit=MOST, distinct=True, order_by="")
	return len(rows)
