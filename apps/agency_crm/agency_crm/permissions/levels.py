"""What a reader may not read of a record is nothing to filter or sort by either: it could be bisected.

Frappe 15 leaves a field above the reader's level out of the answer and takes it as a filter. It has no hook there, so
the two methods that read filters and orders are wrapped, once per process.
"""

import functools
import re

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.utils import get_filter

from agency_crm.permissions import visibility

FIELD = re.compile(r"(?:`?tab(?P<doctype>[^`.]+)`?\.)?`?(?P<field>\w+)`?")


def refuse_hidden(**_context) -> None:
	"""Wrap Frappe's query; called before each request."""
	if getattr(DatabaseQuery.prepare_filter_condition, "refuses_hidden", False):
		return
	filtered = DatabaseQuery.prepare_filter_condition
	ordered = DatabaseQuery.validate_order_by_and_group_by

	@functools.wraps(filtered)
	def prepare_filter_condition(query: DatabaseQuery, given):
		if _asks(query):
			found = get_filter(query.doctype, given)
			_check(query, found.doctype, found.fieldname)
		return filtered(query, given)

	@functools.wraps(ordered)
	def validate_order_by_and_group_by(query: DatabaseQuery, parameters: str):
		if _asks(query):
			for part in (parameters or "").split(","):
				if found := FIELD.match(part.strip()):
					_check(query, found["doctype"] or query.doctype, found["field"])
		return ordered(query, parameters)

	prepare_filter_condition.refuses_hidden = True
	DatabaseQuery.prepare_filter_condition = prepare_filter_condition
	DatabaseQuery.validate_order_by_and_group_by = validate_order_by_and_group_by


def _asks(query: DatabaseQuery) -> bool:
	"""Whether somebody asks for rows of ours: what the system asks for itself is nobody's question."""
	return not query.flags.ignore_permissions and query.doctype in visibility.PREDICATES


def _check(query: DatabaseQuery, doctype: str, fieldname: str) -> None:
	try:
		meta = frappe.get_meta(doctype)  # from the cache: this is asked for every filter of every list
	except frappe.DoesNotExistError:
		return  # Frappe's query refuses it
	field = meta.get_field(fieldname)
	if not field or not field.permlevel:
		return
	parent = query.doctype if meta.istable else None
	if field.permlevel not in meta.get_permlevel_access("read", parent, user=query.user):
		frappe.throw(
			_("{0} is not shown to you, so it is nothing to filter or sort by.").format(
				frappe.bold(_(field.label, context=doctype))
			),
			frappe.PermissionError,
		)
