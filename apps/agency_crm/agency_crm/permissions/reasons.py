"""Why a right is refused is told of the record asked for, never of another that it hangs on.

A Communication, a Comment or a row is read with the record it belongs to, and Frappe explains the refusal with the
inner record's reasons, its name among them: who asked for a number learned a name. So the one function that asks is
wrapped (framework/wraps.py).
"""

from collections.abc import Callable

import frappe

REASONS = "has_permission_check_logs"  # of the outermost check, which shows them


def leave_out_others(has_permission: Callable, *args, **kwargs) -> bool:
	"""Return whether a user may do something; within another check leave no reasons."""
	reasons = frappe.flags.get(REASONS)
	told = len(reasons or ())
	allowed = has_permission(*args, **kwargs)
	if reasons is not None:
		del reasons[told:]
	return allowed
