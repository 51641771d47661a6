"""Background work: over many records, and for records that a save has marked."""

from collections.abc import Callable, Sequence

import frappe
from pypika.terms import Criterion

from agency_crm.framework.steps import commit, each, together

__all__ = ("by_chunks", "commit", "each", "names_after", "soon", "together")

CHUNK = 500
LONGEST = 3600  # seconds: an import marks listings by the hundred thousand


def by_chunks(doctype: str, work: Callable[[Sequence[str]], None], where: Criterion | None = None) -> None:
	"""Run `work` over the names of a DocType in chunks, each its own transaction.

	When a chunk fails, each of its names is tried alone: failures are logged, the rest goes on.
	"""
	after = ""
	while names := names_after(doctype, after, where):
		together(names, work)
		commit()
		after = names[-1]


def names_after(doctype: str, after: str, where: Criterion | None = None) -> list[str]:
	"""Return the next chunk of a DocType's names, in their order."""
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where(table.name > after)
	query = query.where(where) if where else query
	return query.orderby(table.name).limit(CHUNK).run(pluck=True)


def soon(work: Callable[[], None]) -> None:
	"""Enqueue `work` once after this commit, however often it is asked for.

	`work` finds the marked records itself. The schedule runs it too, for records marked while it ends and for
	jobs lost with a killed worker.
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
