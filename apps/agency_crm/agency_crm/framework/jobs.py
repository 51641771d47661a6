"""Work in the background: on many records, each for itself, and on what a save has marked."""

from collections.abc import Callable, Sequence

import frappe
from pypika.terms import Criterion

from agency_crm.framework.steps import commit, each, together

__all__ = ("by_chunks", "commit", "each", "names_after", "soon", "together")

CHUNK = 500
LONGEST = 3600  # seconds: an import marks listings by the hundred thousand


def by_chunks(doctype: str, work: Callable[[Sequence[str]], None], where: Criterion | None = None) -> None:
	"""Do `work` for the names of a DocType chunk by chunk, each in a transaction of its own.

	In a chunk that fails each name is tried by itself; one that fails is logged, the others go on.
	"""
	after = ""
	while names := names_after(doctype, after, where):
		together(names, work)
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
