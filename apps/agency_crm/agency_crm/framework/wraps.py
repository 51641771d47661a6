"""Wrap functions of Frappe where it has no hook.

The hook `wraps_of_frappe` maps theirs to ours. Ours gets theirs as its first argument, then their arguments. A
process serves other sites too: where this app isn't installed, theirs runs alone.
"""

import functools
from collections.abc import Callable
from pkgutil import resolve_name

import frappe


def put_in_place(**_context) -> None:
	"""Let the wraps hold for this request or job; each function is wrapped once per process."""
	frappe.local.agency_wraps = True
	for theirs, ours in frappe.get_hooks("wraps_of_frappe").items():
		_wrap(theirs, ours[-1])


@functools.cache
def _wrap(theirs: str, ours: str) -> None:
	place, _dot, name = theirs.rpartition(".")
	owner = resolve_name(place)
	setattr(owner, name, around(getattr(owner, name), frappe.get_attr(ours)))


def around(original: Callable, ours: Callable) -> Callable:
	"""Return a function that calls `ours` with the original where the wraps hold, and the original elsewhere."""

	@functools.wraps(original)
	def stand_in(*args, **kwargs):
		if getattr(frappe.local, "agency_wraps", False):
			return ours(original, *args, **kwargs)
		return original(*args, **kwargs)

	return stand_in
