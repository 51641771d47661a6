"""What a reader may not read of a record is nothing to filter or sort by either: it could be bisected.

Frappe 15 leaves a field above the reader's level out of the answer and takes it as a filter. Of two such fields in a
row it leaves out the first alone. It has no hook there, so the methods that read fields, filters and orders are
wrapped (framework/wraps.py).
"""

import re
from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.utils import get_filter

from agency_crm.permissions import colleagues

APP = __name__.partition(".")[0]

FIELD = re.compile(r"(?:`?tab(?P<doctype>[^`.]+)`?\.)?`?(?P<field>\w+)`?")


def check_filter(prepare_filter_condition: Callable, query: DatabaseQuery, given):
	"""Refuse a filter by a field above the reader's level. Raises PermissionError."""
	if not query.flags.ignore_permissions:  # what the system asks for itself is nobody's question
		found = get_filter(query.doctype, given)
		_check(query, found.doctype, found.fieldname)
	return prepare_filter_condition(query, given)


def check_order(validate_order_by_and_group_by: Callable, query: DatabaseQuery, parameters: str):
	"""Refuse an order or a grouping by a field above the reader's level. Raises PermissionError."""
	if not query.flags.ignore_permissions:
		for part in (parameters or "").split(","):
			if found := FIELD.match(part.strip()):
				table = query.linked_table_aliases.get(f"`tab{found['doctype']}`", found["doctype"])
				_check(query, (table or query.doctype).strip("`").removeprefix("tab"), found["field"])
	return validate_order_by_and_group_by(query, parameters)


def leave_out_hidden(apply_fieldlevel_read_permissions: Callable, query: DatabaseQuery) -> None:
	"""Take the fields above the reader's level out of a list, each of them."""
	apply_fieldlevel_read_permissions(query)
	# it passes over the field after each that it takes out; rows without names keep their places
	while not query.as_list and (before := len(query.fields)):
		apply_fieldlevel_read_permissions(query)
		if len(query.fields) == before:
			break


def _check(query: DatabaseQuery, doctype: str, fieldname: str) -> None:
	user = query.user or frappe.session.user
	if colleagues.hides(doctype, fieldname, user) or _is_above(query, doctype, fieldname):
		label = frappe.get_meta(doctype).get_label(fieldname)
		frappe.throw(
			_("{0} is not shown to you, so it is nothing to filter or sort by.").format(
				frappe.bold(_(label, context=doctype))
			),
			frappe.PermissionError,
		)


def _is_above(query: DatabaseQuery, doctype: str, fieldname: str) -> bool:
	"""Whether a field of a DocType of ours is above the reader's level."""
	try:
		meta = frappe.get_meta(doctype)  # from the cache: this is asked for every filter of every list
	except frappe.DoesNotExistError:
		return False  # Frappe's query refuses it
	field = meta.get_field(fieldname)
	if not field or not field.permlevel or frappe.local.module_app.get(frappe.scrub(meta.module)) != APP:
		return False
	parent = query.doctype if meta.istable else None
	return field.permlevel not in meta.get_permlevel_access("read", parent, user=query.user)
