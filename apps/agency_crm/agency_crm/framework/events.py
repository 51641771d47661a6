"""What one room announces and rooms above it answer to: the hook `agency_events`, event -> functions."""

import frappe


def announce(event: str, **facts) -> None:
	"""Call, at once and in the caller's transaction, every function that answers to an event of the trade."""
	for handler in frappe.get_hooks("agency_events").get(event, ()):
		frappe.get_attr(handler)(**facts)
