"""An event says that a list has changed, not which record: of ours, many in the list's room don't see it.

Frappe lets everybody with a right on the DocType into the room of its list, and tells it the name of each record
that is saved. It has no hook for it, so the one function that sends events is wrapped, once per process.
"""

import functools

import frappe
from frappe import realtime

from agency_crm.permissions import visibility


def hide_names(**_context) -> None:
	"""Wrap how Frappe sends an event; called before each request and each job."""
	original = realtime.publish_realtime
	if getattr(original, "hides_names", False):
		return

	@functools.wraps(original)
	def publish_realtime(event: str | None = None, message: dict | None = None, *args, **kwargs) -> None:
		if event == "list_update":
			doctype = kwargs.get("doctype") or message.get("doctype")
			if doctype in visibility.PREDICATES and "agency_crm" in frappe.get_installed_apps():
				message = {"doctype": doctype}
		original(event, message, *args, **kwargs)

	publish_realtime.hides_names = True
	realtime.publish_realtime = publish_realtime
