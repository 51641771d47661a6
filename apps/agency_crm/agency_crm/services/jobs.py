"""Scheduled work on many records, each for itself."""

from collections.abc import Callable, Iterable

import frappe


def each(names: Iterable[str], step: Callable[[str], None]) -> None:
	"""Do `step` for each name in a transaction of its own; one that is refused is logged, the others go on.

	A run that is cut off leaves whole steps behind, so the step's query finds the rest the next time.
	"""
	for name in names:
		frappe.db.savepoint("job_step")
		try:
			step(name)
		except frappe.ValidationError:
			frappe.db.rollback(save_point="job_step")
			frappe.log_error(title=f"{step.__module__}.{step.__name__}: {name}")
		if not frappe.flags.in_test:
			frappe.db.commit()
