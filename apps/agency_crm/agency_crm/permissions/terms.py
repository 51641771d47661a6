"""What predicates are made of: criteria of frappe.qb that are literals on indexed columns wherever they can be."""

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.query_builder.terms import NamedParameterWrapper
from pypika.terms import Criterion, Field, ValueWrapper

EVERYBODY, NOBODY = ValueWrapper(1) == ValueWrapper(1), ValueWrapper(1) == ValueWrapper(0)


def any_of(*terms: Criterion) -> Criterion:
	return Criterion.any([term for term in terms if term is not NOBODY] or [NOBODY])


def equals(column: Field, value: str | None) -> Criterion:
	return column == value if value else NOBODY


def one_of(column: Field, values) -> Criterion:
	return column.isin(list(values)) if values else NOBODY


def below_me(store: Field, me) -> Criterion:
	"""Rows of the stores I manage."""
	return one_of(walked(store, me), me.managed)


def walked(column: Field, me):
	"""Return a column without its index, for conditions that most rows meet.

	The newest rows are found sooner by walking the list's order than by fetching all to sort them.
	"""
	return Coalesce(column, "") if me.wide else column


def hangs_on(doctype: str, link: str, parent: str, criterion: Criterion) -> Criterion:
	"""Match rows whose parent record the reader sees."""
	if criterion is EVERYBODY:
		return EVERYBODY
	table = frappe.qb.DocType(parent)
	return frappe.qb.DocType(doctype)[link].isin(frappe.qb.from_(table).select(table.name).where(criterion))


def as_sql(criterion: Criterion) -> str:
	"""The criterion in brackets, its literals escaped by the database's own driver."""
	values = NamedParameterWrapper()
	sql = criterion.get_sql(quote_char="`", with_namespace=True, subquery=True, param_wrapper=values)
	return f"({frappe.db.mogrify(sql, values.get_parameters())})"
