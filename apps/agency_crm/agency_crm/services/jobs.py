"""Work in the background: on many records, each for itself, and on what a save has marked."""

from collections.abc import Callable, Iterable, Sequence

import frappe
from pypika.terms import Criterion

CHUNK = 500
LONGEST = 3600  # seconds: an import marks listings by the hundred thousand
# why a step may fail without the run being at fault
REFUSED = (
	frappe.ValidationError,
	frappe.PermissionError,
	frappe.QueryDeadlockError,
	frappe.QueryTimeoutError,
)


def each(names: Iterable[str], step: Callable[[str], None]) -> None:
	"""Do `step` for each name in a transaction of its own; one that is refused is logged, the others go on.

	So is one that somebody else's locks stopped: nobody's record keeps the others from their night.

	A run that is cut off leaves whole steps behind, so the step's query finds the rest the next time.
	"""
	commit()  # each step sees what is there now, not when the names were read
	for name in names:
		frappe.db.savepoint("job_step")
		try:
			step(name)
		except REFUSED:
			# the whole transaction: a deadlock has ended it, and the savepoint with it
			frappe.db.rollback(save_point="job_step" if frappe.flags.in_test else None)
			frappe.log_error(title=f"{step.__module__}.{step.__name__}: {name}")
		commit()


def by_chunks(doctype: str, work: Callable[[Sequence[str]], None], where: Criterion | None = None) -> None:
	"""Do `work` for the names of a DocType chunk by chunk, each in a transaction of its own."""
	after = ""
	while names := names_after(doctype, after, where):
		work(names)
		commit()
		after = names[-1]


def names_after(doctype: str, after: str, where: Criterion | None = None) -> list[str]:
	"""The next names of a DocType in their order, a chunk of them at most."""
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where(table.name > after)
	query = query.where(where) if where else query
	return query.orderby(table.name).limit(CHUNK).run(pluck=True)


def soon(work: Callable[[], None]) -> None:
	"""Have `work` done in the background when this transaction is committed, once however often it is asked for.

	`work` finds by itself what is marked for it. What is marked while it ends, or lost with a worker that is
	killed, is found by the schedule, which does the same work.
	"""
	name = f"{work.__module__}.{work.__name__}"
	asked = frappe.flags.setdefault("agency_jobs", set())
	if name in asked:
		return
	asked.add(name)

	def start():
		asked.discard(name)
		frappe.enqueue(name, job_id=name, deduplicate=True, timeout=LONGEST)

	frappe.db.after_commit.add(start)
	frappe.db.after_rollback.add(lambda: asked.discard(name))


def commit() -> None:
	"""Keep what was done so far; within a test it is its rollback's."""
	if not frappe.flags.in_test:
		frappe.db.commit()
