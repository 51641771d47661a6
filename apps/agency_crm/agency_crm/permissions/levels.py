"""What a reader may not read of a record is nothing to filter or sort by either: it could be bisected.

Frappe 15 leaves a field above the reader's level out of the answer and takes it as a filter. Of two such fields in a
row it leaves out the first alone. It has no hook there, so the methods that read fields, filters and orders are
wrapped, once per process.
"""

import functools
import re

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.utils import get_filter

from agency_crm.permissions import colleagues, visibility

FIELD = re.compile(r"(?:`?tab(?P<doctype>[^`.]+)`?\.)?`?(?P<field>\w+)`?")


def refuse_hidden(**_context) -> None:
	"""Wrap Frappe's query; called before each request."""
	if getattr(DatabaseQuery.prepare_filter_condition, "refuses_hidden", False):
		return
	filtered = DatabaseQuery.prepare_filter_condition
	ordered = DatabaseQuery.validate_order_by_and_group_by

	@functools.wraps(filtered)
	def prepare_filter_condition(query: DatabaseQuery, given):
		if not query.flags.ignore_permissions:  # what the system asks for itself is nobody's question
			found = get_filter(query.doctype, given)
			_check(query, found.doctype, found.fieldname)
		return filtered(query, given)

	@functools.wraps(ordered)
	def validate_order_by_and_group_by(query: DatabaseQuery, parameters: str):
		if not query.flags.ignore_permissions:
			for part in (parameters or "").split(","):
				if found := FIELD.match(part.strip()):
					table = query.linked_table_aliases.get(f"`tab{found['doctype']}`", found["doctype"])
					_check(query, (table or query.doctype).strip("`").removeprefix("tab"), found["field"])
		return ordered(query, parameters)

	left_out = DatabaseQuery.apply_fieldlevel_read_permissions

	@functools.wraps(left_out)
	def apply_fieldlevel_read_permissions(query: DatabaseQuery) -> None:
		left_out(query)
		# it passes over the field after each that it takes out of the list; rows without names keep their places
		while not query.as_list and (before := len(query.fields)):
			left_out(query)
			if len(query.fields) == before:
				break

	DatabaseQuery.apply_fieldlevel_read_permissions = apply_fieldlevel_read_permissions
	prepare_filter_condition.refuses_hidden = True
	DatabaseQuery.prepare_filter_condition = prepare_filter_condition
	DatabaseQuery.validate_order_by_and_group_by = validate_order_by_and_group_by


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
	"""Whether a field of a record of ours is above the reader's level."""
	if query.doctype not in visibility.PREDICATES:
		return False
	try:
		meta = frappe.get_meta(doctype)  # from the cache: this is asked for every filter of every list
	except frappe.DoesNotExistError:
		return False  # Frappe's query refuses it
	field = meta.get_field(fieldname)
	if not field or not field.permlevel:
		return False
	parent = query.doctype if meta.istable else None
	return field.permlevel not in meta.get_permlevel_access("read", parent, user=query.user)
