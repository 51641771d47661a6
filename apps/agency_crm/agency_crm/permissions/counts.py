"""What hangs on a record is counted as its reader's lists show it.

The form's connections count every record that points at it, and Frappe has no hook for that. So the one function that
counts is replaced, once per process.
"""

import frappe
from frappe.desk import notifications

MOST = 100  # Frappe counts no further


def count_seen(**_context) -> None:
	"""Put our count in place of Frappe's; called before each request."""
	original = notifications.get_doc_count
	if getattr(original, "counts_seen", False):
		return

	def get_doc_count(doctype: str, filters: dict) -> int:
		if "agency_crm" not in frappe.get_installed_apps():
			return original(doctype, filters)
		if not frappe.has_permission(doctype, "read"):
			return 0
		rows = frappe.get_list(doctype, filters, pluck="name", limit=MOST, distinct=True, order_by="")
		return len(rows)

	get_doc_count.counts_seen = True
	notifications.get_doc_count = get_doc_count
