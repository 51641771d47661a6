"""Whether the set-up wizard has finished, in any version of Frappe."""

from inspect import unwrap

import frappe
from frappe.utils import cint


def is_complete() -> bool:
	"""Return whether the set-up wizard of every app that has one was finished here.

	Newer Frappe keeps that with each app and knows by itself; its answer of earlier in a request is not asked for,
	because the wizard may have ended since. Older Frappe keeps it in System Settings.
	"""
	if hasattr(frappe, "is_setup_complete"):
		return unwrap(frappe.is_setup_complete)()
	return bool(cint(frappe.db.get_single_value("System Settings", "setup_complete")))
