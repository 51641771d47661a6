"""Who sees which row: one predicate per DocType, for its lists, counts, reports and forms alike.

A predicate (predicates/) is a frappe.qb criterion over the DocType's own table, made for one reader. The list hook
writes it into the query, the form hook asks it of one name, so the two cannot drift apart. A report adds
`frappe.desk.reportview.build_match_conditions(doctype)`, which ends here too.

What keeps a list quick at a million rows: each term is an equality or IN over literals on an indexed column,
but for what most rows are (a public listing, a region's manager): those are met by walking the list's own
order. The stores below a manager, and the records that name an agent in a row elsewhere, are looked up first.
A subquery stands alone (the fees of a deal) or reads one index whole (roles on listings).

Rules: docs/rules/visibility.md. Why: docs/rules/platform.md, "Database".
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

import frappe
from frappe.query_builder.functions import Count
from pypika.terms import Criterion, Field

from agency_crm.permissions import predicates
from agency_crm.permissions.reader import Reader, reader
from agency_crm.permissions.terms import any_of, as_sql, hangs_on

Predicate = Callable[[Reader, str | None], Criterion]

READING = ("read", "select", "print", "email", "report", "export", "share")
ROOMS = [import_module(f"{predicates.__name__}.{room.name}") for room in iter_modules(predicates.__path__)]


def _together(table: str) -> dict[str, Predicate]:
	return {doctype: predicate for room in ROOMS for doctype, predicate in getattr(room, table, {}).items()}


def row_conditions(user: str | None, doctype: str) -> str:
	"""The hook `permission_query_conditions`: SQL that a list of `doctype` adds; empty where all is seen."""
	me = reader(user)
	return "" if me.sees_all else as_sql(PREDICATES[doctype](me, None))


def child_conditions(user: str | None, doctype: str) -> str:
	"""The hook `permission_query_conditions` of every DocType: rows of a table are seen with their record.

	Frappe asks no more of `get_list` on a child DocType than a right to read its parent's DocType.
	"""
	if not frappe.get_meta(doctype).istable:
		return ""
	me = reader(user)
	parents = () if me.sees_all else [name for name in PREDICATES if _has_rows(name, doctype)]
	seen = [
		(frappe.qb.DocType(doctype).parenttype == parent)
		& hangs_on(doctype, "parent", parent, PREDICATES[parent](me, None))
		for parent in parents
	]
	others = frappe.qb.DocType(doctype).parenttype.notin(parents)
	return as_sql(Criterion.any([*seen, others])) if seen else ""


def _has_rows(parent: str, doctype: str) -> bool:
	return any(field.options == doctype for field in frappe.get_meta(parent).get_table_fields())


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The hook `has_permission`: the same predicate asked of one record as it is stored, not as it was typed.

	Roles decide on a record that is new. Nobody writes what they don't read: the answer to a write is the record.
	"""
	me = reader(user)
	if me.sees_all or doc.is_new():
		return True
	work = WORK.get(doc.doctype) if ptype not in READING else None
	asked = filter(None, (work, PREDICATES[doc.doctype]))
	return all(_matches(doc.doctype, doc.name, predicate(me, doc.name)) for predicate in asked)


def works_on(doctype: str, name: str, user: str | None = None) -> bool:
	"""Whether a Listing or Client is the user's own work: theirs by a role on it or from above.

	It is not enough that a public listing or a client of the pool is open to them.
	"""
	me = reader(user)
	return me.sees_all or _matches(doctype, name, HELD[doctype](me, name))


def sees_latest(doctype: str, name: str) -> bool:
	"""Whether the session's user may read a record newer than this transaction's snapshot.

	It is read with a lock: the loser of a race is told who won.
	"""
	me = reader()
	if me.sees_all or not frappe.has_permission(doctype, "read"):
		return me.sees_all
	return _matches(doctype, name, PREDICATES[doctype](me, name), lock=True)


def add_indexes() -> None:
	"""The indexes that the predicates' terms and look-ups use, besides those in the DocTypes' own files."""
	for room in ROOMS:
		for doctype, columns in getattr(room, "INDEXES", ()):
			frappe.db.add_index(doctype, list(columns))


def _workflow_actions(me: Reader, only: str | None) -> Criterion:
	"""Who sees the record that waits for a step; by roles alone it would name every private one."""
	action = frappe.qb.DocType("Workflow Action")
	with_workflow = frappe.get_all("Workflow", pluck="document_type", distinct=True)
	seen = [
		(action.reference_doctype == doctype) & _points_at_seen(action.reference_name, doctype, me)
		for doctype in PREDICATES
		if doctype in with_workflow
		and doctype != "Workflow Action"
		and frappe.has_permission(doctype, "read", user=me.user)  # a public listing is public to agents
	]
	return any_of(action.reference_doctype.notin(list(PREDICATES)), *seen)


def _points_at_seen(name: Field, doctype: str, me: Reader) -> Criterion:
	"""Whether a row names a record that the reader sees: asked of one row at a time."""
	table = frappe.qb.DocType(doctype)
	named = frappe.qb.from_(table).select(Count("*")).where(table.name == name)
	return named.where(PREDICATES[doctype](me, None)) > 0


def _matches(doctype: str, name: str, criterion: Criterion, lock: bool = False) -> bool:
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where((table.name == name) & criterion)
	return bool((query.for_update() if lock else query).run())


PREDICATES = _together("PREDICATES") | {"Workflow Action": _workflow_actions}
HELD, WORK = _together("HELD"), _together("WORK")
