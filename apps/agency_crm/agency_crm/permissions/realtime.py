"""A list's event says that the list has changed, not which record: many in its room may not see it.

Frappe lets everybody with a right on the DocType into the room of its list, and sends the name of each saved
record there. It has no hook for that, so the function that sends events is wrapped (framework/wraps.py).
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
