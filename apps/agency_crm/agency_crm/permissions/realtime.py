"""An event says that a list or what stands beside a form has changed, not which record and not how.

Frappe lets everybody with a right on the DocType into the room of its list, and sends the name of each saved
record there. Who is in a record's room stays in it when they lose the right, and is sent each comment. Frappe has no
hook for that, so the function that sends events is wrapped (framework/wraps.py).
"""

from collections.abc import Callable

from frappe.realtime import get_doc_room

from agency_crm.permissions import visibility

ASK_ANEW = "agency_docinfo"  # public/js/frappe/realtime.js


def hide_names(
	publish_realtime: Callable, event: str | None = None, message: dict | None = None, *args, **kwargs
) -> None:
	"""Send an event; of one about a list or a form of ours leave what lets its reader ask anew."""
	doctype = kwargs.get("doctype") or (message or {}).get("doctype")
	if doctype in visibility.PREDICATES:
		if event == "list_update":
			message = {"doctype": doctype}
		elif event == "docinfo_update":
			event, kwargs["room"] = ASK_ANEW, get_doc_room(doctype, kwargs["docname"])
			message = {"doctype": doctype, "name": kwargs["docname"]}
	publish_realtime(event, message, *args, **kwargs)
