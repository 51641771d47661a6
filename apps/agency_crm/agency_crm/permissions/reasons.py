"""Why a right is refused is told of the record asked for, never of another that it hangs on.

A Communication, a Comment or a row is read with the record it belongs to, and Frappe explains the refusal with the
inner record's reasons, its name among them: who asked for a number learned a name. So the one function that asks is
wrapped (framework/wraps.py).
"""

from collections.abc import Callable

import frappe

REASONS = "has_permission_check_logs"  # of the outermost check, which shows them
INNER = "agency_within_a_check"


def leave_out_others(
	has_permission: Callable, doctype, ptype="read", doc=None, user=None, raise_exception=True, **options
) -> bool:
	"""Return whether a user may do something; within another check leave no reasons."""
	outer = getattr(frappe.local, INNER, False)
	told = frappe.flags.get(REASONS)
	known = len(told or ())
	setattr(frappe.local, INNER, True)
	try:
		explains = raise_exception and not outer
		return has_permission(doctype, ptype, doc, user, raise_exception=explains, **options)
	finally:
		setattr(frappe.local, INNER, outer)
		if outer and told is not None:
			del told[known:]
