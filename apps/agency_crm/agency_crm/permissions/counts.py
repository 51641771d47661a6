"""What hangs on a record is counted as its reader's lists show it.

The form's connections count every record that points at it, and Frappe has no hook for that. So the one function that
counts is wrapped (framework/wraps.py).
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
