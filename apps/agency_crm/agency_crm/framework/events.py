"""Events between rooms: a lower room announces, the hook `agency_events` lists who answers."""

import frappe


def announce(event: str, **facts) -> None:
	"""Call, at once and in the caller's transaction, every function that answers to an event of the trade."""
	for handler in frappe.get_hooks("agency_events").get(event, ()):
		frappe.get_attr(handler)(**facts)
