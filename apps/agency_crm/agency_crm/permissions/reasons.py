"""Why a right is refused is told of the record asked for, never of another that it hangs on.

A Communication, a Comment or a row is read with the record it belongs to, and Frappe explains the refusal with the
inner record's reasons, its name among them: who asked for a number learned a name. So the functions that ask are
wrapped (framework/wraps.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe
from frappe import _

REASONS = "has_permission_check_logs"  # of the outermost check, which shows them
INNER = "agency_within_a_check"


def leave_out_others(
	has_permission: Callable, doctype, ptype="read", doc=None, user=None, raise_exception=True, **options
) -> bool:
	"""Return whether a user may do something; within another check leave no reasons."""
	outer = getattr(frappe.local, INNER, False)
	told = frappe.flags.get(REASONS)
	known = len(told or ())
	with _within_a_check():
		explains = raise_exception and not outer
		allowed = has_permission(doctype, ptype, doc, user, raise_exception=explains, **options)
	if outer and told is not None:
		del told[known:]
	return allowed


def ask_controllers(has_controller_permissions: Callable, *args, **kwargs):
	"""Return what a DocType's own checks say; what they ask for in turn leaves no reasons."""
	with _within_a_check():
		return has_controller_permissions(*args, **kwargs)


def hide_missing(validate_key: Callable, key: str, doc) -> None:
	"""Let a record be printed by its key; a wrong one is answered as if there were no such record."""
	try:
		fits = validate_key(key, doc) is not False  # newer Frappe says so, older raises
	except frappe.exceptions.InvalidKeyError:
		fits = False
	if not fits:
		frappe.throw(_("{0} {1} not found").format(_(doc.doctype), doc.name), frappe.DoesNotExistError)


@contextmanager
def _within_a_check() -> Iterator[None]:
	outer = getattr(frappe.local, INNER, False)
	setattr(frappe.local, INNER, True)
	try:
		yield
	finally:
		setattr(frappe.local, INNER, outer)
