"""An event says that a list has changed, not which record: of ours, many in the list's room don't see it.

Frappe lets everybody with a right on the DocType into the room of its list, and tells it the name of each record
that is saved. It has no hook for it, so the one function that sends events is wrapped (framework/wraps.py).
"""

from collections.abc import Callable

from agency_crm.permissions import visibility


def hide_names(
	publish_realtime: Callable, event: str | None = None, message: dict | None = None, *args, **kwargs
) -> None:
	"""Send an event; of one about a list of ours leave no more than its DocType."""
	if event == "list_update":
		doctype = kwargs.get("doctype") or message.get("doctype")
		if doctype in visibility.PREDICATES:
			message = {"doctype": doctype}
	publish_realtime(event, message, *args, **kwargs)
