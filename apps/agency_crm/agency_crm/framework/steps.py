"""Work on many records, so that one that fails stops none of the others.

A refusal or failure goes to the Error Log under the work's and the record's name, and the rest goes on.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import frappe
from rq.timeouts import BaseTimeoutException

# why a step may fail without the run being at fault
REFUSED = (
	frappe.ValidationError,
	frappe.PermissionError,
	frappe.QueryDeadlockError,
	frappe.QueryTimeoutError,
)
TITLE = 140  # the most that an Error Log's title holds
MOST_FAULTS = 100  # other failures of one run: with more of them the run itself is at fault


def each(names: Iterable[str], step: Callable[[str], None]) -> None:
	"""Run `step` for each name in its own transaction; failures are logged, the others go on.

	That includes a step stopped by another transaction's locks. A run that is cut off leaves whole steps
	behind: the step's own query finds the rest the next time.

	Raises:
		BaseTimeoutException: the run's own time is over.
		Exception: the last of more than MOST_FAULTS failures that are no refusals.
	"""
	faults = 0
	commit()  # each step sees what is there now, not when the names were read
	for name in names:
		error = _attempt(step, name, f"{_name_of(step)}: {name}"[:TITLE])
		faults += bool(error) and not isinstance(error, REFUSED)
		if faults > MOST_FAULTS:
			raise error
		commit()


def together(names: Sequence[str], work: Callable[[Sequence[str]], None]) -> None:
	"""Run `work` for all names at once; when that fails, for each alone, so that only failures are left out.

	The caller commits. A failure releases the locks that the caller held.
	"""
	if _attempt(work, names):
		each(names, _Alone(work))


class _Alone:
	"""Work on many names, for one: of its own name in the log."""

	def __init__(self, work: Callable[[Sequence[str]], None]):
		self.work = work

	def __call__(self, name: str) -> None:
		self.work([name])


def commit() -> None:
	"""Commit; within a test, leave it to the test's rollback."""
	if not frappe.flags.in_test:
		frappe.db.commit()  # what fails later must not take it back


def _attempt(work: Callable, given, title: str | None = None) -> Exception | None:
	"""Do `work`; return what it failed with, all that it wrote undone, and logged where there is a title."""
	savepoint = f"step_{id(work)}"
	frappe.db.savepoint(savepoint)
	try:
		work(given)
	except BaseTimeoutException:
		raise
	except Exception as error:
		# the whole transaction: a deadlock has ended it, and the savepoint with it
		frappe.db.rollback(save_point=savepoint if frappe.flags.in_test else None)
		if title:
			frappe.log_error(title=title)
		return error
	return None


def _name_of(work: Callable) -> str:
	while isinstance(work, partial | _Alone):
		work = work.func if isinstance(work, partial) else work.work
	return f"{work.__module__}.{work.__name__}"
