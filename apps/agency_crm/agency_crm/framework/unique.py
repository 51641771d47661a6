"""Two transactions write one unique key: the second one learns that it lost."""

from collections.abc import Callable

import frappe


def is_first(write: Callable[[], object], taken: type[Exception] = frappe.UniqueValidationError) -> bool:
	"""Run `write` and return True; False where it raised `taken`, and then nothing it wrote or said remains.

	The winner's record is not in this transaction's snapshot: read it with `for_update`.
	"""
	messages = len(frappe.local.message_log)
	frappe.db.savepoint("unique_key")
	try:
		write()
	except taken:
		frappe.db.rollback(save_point="unique_key")
		del frappe.local.message_log[messages:]
		return False
	return True
