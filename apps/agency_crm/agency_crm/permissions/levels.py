"""What a reader may not read of a record is nothing to filter or sort by either: it could be bisected.

Frappe 15 leaves a field above the reader's level out of the answer and takes it as a filter. It has no hook there, so
the two methods that read filters and orders are wrapped (framework/wraps.py).
"""

import re
from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.utils import get_filter

from agency_crm.permissions import visibility

FIELD = re.compile(r"(?:`?tab(?P<doctype>[^`.]+)`?\.)?`?(?P<field>\w+)`?")


def check_filter(prepare_filter_condition: Callable, query: DatabaseQuery, given):
	"""Refuse a filter by a field above the reader's level. Raises PermissionError."""
	if _asks(query):
		found = get_filter(query.doctype, given)
		_check(query, found.doctype, found.fieldname)
	return prepare_filter_condition(query, given)


def check_order(validate_order_by_and_group_by: Callable, query: DatabaseQuery, parameters: str):
	"""Refuse an order or a grouping by a field above the reader's level. Raises PermissionError."""
	if _asks(query):
		for part in (parameters or "").split(","):
			if found := FIELD.match(part.strip()):
				_check(query, found["doctype"] or query.doctype, found["field"])
	return validate_order_by_and_group_by(query, parameters)


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
