"""What a reader may not read of a record is nothing to filter or sort by, and stands in no answer.

Frappe 15 leaves a field above the reader's level out of a list and takes it as a filter: it could be bisected. Of two
such fields in a row it leaves out the first alone. It has no hook there, so the methods that read fields, filters and
orders are wrapped (framework/wraps.py). To who changes a record it answers with the whole of it, by a dozen ways, so
such fields are taken out of the finished answer; beside a form it shows what was changed, whoever may read it.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

import frappe
from frappe import _
from frappe.model import get_permitted_fields
from frappe.model.db_query import DatabaseQuery
from frappe.model.document import Document
from frappe.model.meta import Meta
from frappe.utils import get_filter
from werkzeug.wrappers import Response

from agency_crm.framework.arguments import column_of, field_of
from agency_crm.framework.versions import without
from agency_crm.permissions import colleagues

APP = __name__.partition(".")[0]

# of a record that one may only choose, what its list may be narrowed by
CHOSEN_BY = ("Link", "Select", "Check")
FIELD = re.compile(r"(?:`?tab(?P<table>[^`.]+)`?\s*\.\s*)?`?(?P<field>\w+)`?")


def check_filter(prepare_filter_condition: Callable, query: DatabaseQuery, given):
	"""Refuse a filter by a field above the reader's level, or by one of a linked record. Raises PermissionError."""
	if not query.flags.ignore_permissions:  # the system's own queries are not checked
		found = get_filter(query.doctype, given)
		table, fieldname = field_of(found.fieldname)
		if table and table.removeprefix("tab") != found.doctype:
			_refuse(found.doctype, fieldname)
		_check(query, found.doctype, fieldname)
	return prepare_filter_condition(query, given)


def check_order(validate_order_by_and_group_by: Callable, query: DatabaseQuery, parameters: str):
	"""Refuse an order or a grouping by a field above the reader's level. Raises PermissionError."""
	if not query.flags.ignore_permissions:
		for found in FIELD.finditer(parameters or ""):
			linked = query.linked_table_aliases.get(f"tab{found['table']}", "").strip("`").removeprefix("tab")
			if linked and found["field"] not in get_permitted_fields(linked):
				_refuse(linked, found["field"])
			_check(query, linked or found["table"] or query.doctype, found["field"])
	return validate_order_by_and_group_by(query, parameters)


def leave_out_hidden(apply_fieldlevel_read_permissions: Callable, query: DatabaseQuery) -> None:
	"""Take the fields above the reader's level out of a list, each of them."""
	apply_fieldlevel_read_permissions(query)
	# it passes over the field after each that it takes out; rows without names keep their places
	while not query.as_list and (before := len(query.fields)):
		apply_fieldlevel_read_permissions(query)
		if len(query.fields) == before:
			break


def narrow_answer(response: Response | None = None, **_context) -> None:
	"""after_request: take the fields above the reader's level out of the records in an answer."""
	if response is None or not response.is_json or response.status_code >= 400 or response.is_streamed:
		return
	if frappe.session.user == "Administrator" or b'"doctype"' not in response.get_data():
		return
	said = response.get_json(silent=True)
	found = list(_hidden_in(said, None, cache(hidden_fields)))
	for record, field in found:
		del record[field]
	if found:
		response.set_data(frappe.as_json(said, indent=None))


def narrow_versions(get_versions: Callable, doc: Document) -> list[dict]:
	"""Return the versions of a record that stand beside its form, without the fields above the reader's level."""
	versions = get_versions(doc)
	if frappe.session.user == "Administrator":
		return versions
	tables = {
		field.fieldname: hidden_fields(field.options, doc.doctype) for field in doc.meta.get_table_fields()
	}
	own = hidden_fields(doc.doctype, None)
	if own or any(tables.values()):
		for version in versions:
			version["data"] = without(version["data"], own, tables)
	return versions


def hidden_fields(doctype: str, parent: str | None, user: str | None = None) -> list[str]:
	"""The fields of a DocType that a user, or the session's, may not read, of a table's row as its parent has it."""
	try:
		meta = frappe.get_meta(doctype)
	except frappe.DoesNotExistError:
		return []  # no record, whatever it calls itself
	high = [field for field in meta.fields if field.permlevel]
	if not high:
		return []
	levels = meta.get_permlevel_access("read", parent, user=user)
	return [field.fieldname for field in high if field.permlevel not in levels]


def _check(query: DatabaseQuery, doctype: str, name: str) -> None:
	try:
		meta = frappe.get_meta(doctype)  # from the cache: this is asked for every filter of every list
	except frappe.DoesNotExistError:
		return  # Frappe's query refuses it
	fieldname = column_of(meta, name)
	user = query.user or frappe.session.user
	if fieldname and (
		colleagues.hides(doctype, fieldname, user)
		or _is_above(query, meta, fieldname)
		or _is_only_chosen(meta, fieldname, user)
	):
		_refuse(doctype, fieldname)


def _is_only_chosen(meta: Meta, fieldname: str, user: str) -> bool:
	"""Whether the reader may only choose records of a DocType, and by another field; of User colleagues.py says it."""
	if meta.name == colleagues.USER or not hides_from_choice(meta, fieldname):
		return False
	return bool(frappe.only_has_select_perm(meta.name, user))


def hides_from_choice(meta: Meta, fieldname: str) -> bool:
	"""Whether a field is nothing to find a record by for who may only choose it: they learn its title.

	By what else is searched or filtered the record could be bisected.
	"""
	field = meta.get_field(fieldname)
	if not field or (field.fieldtype in CHOSEN_BY and not field.permlevel):
		return False
	return fieldname != meta.title_field and fieldname not in meta.get_search_fields()


def _is_above(query: DatabaseQuery, meta: Meta, fieldname: str) -> bool:
	"""Whether a field of a DocType of ours is above the reader's level."""
	field = meta.get_field(fieldname)
	if not field or not field.permlevel or frappe.local.module_app.get(frappe.scrub(meta.module)) != APP:
		return False
	parent = query.doctype if meta.istable else None
	return field.permlevel not in meta.get_permlevel_access("read", parent, user=query.user)


def _refuse(doctype: str, fieldname: str) -> None:
	label = frappe.get_meta(doctype).get_label(fieldname)
	frappe.throw(
		_("{0} is not shown to you, so it is nothing to filter or sort by.").format(
			frappe.bold(_(label, context=doctype))
		),
		frappe.PermissionError,
	)


def _hidden_in(said, parent: str | None, hidden: Callable) -> Iterator[tuple[dict, str]]:
	"""Each record in an answer, its rows too, with each value that is above the reader's level."""
	if isinstance(said, list):
		for row in said:
			yield from _hidden_in(row, parent, hidden)
	elif isinstance(said, dict):
		doctype = said.get("doctype")
		if isinstance(doctype, str):
			yield from ((said, field) for field in hidden(doctype, parent) if said.get(field) is not None)
			parent = doctype
		for value in said.values():
			yield from _hidden_in(value, parent, hidden)
