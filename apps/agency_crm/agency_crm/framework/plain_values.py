"""A field takes a plain value: an object or a list is refused before anything reads it; what is no field's is left out.

Frappe looks links up before it checks any right, and its database takes an object for a filter: `{"client":
{"name": …, "client_name": ["like", …]}}` would tell whether such a Client exists, hidden or not. All values of
a request reach a document through `BaseDocument.set`, child rows too, so that method is wrapped (wraps.py). It keeps
any value as an attribute, which would stand in for one of the class: for its methods, and for what its code reads of it.
"""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.model import child_table_fields, default_fields, optional_fields, table_fields
from frappe.model.base_document import DOCTYPES_FOR_DOCTYPE, BaseDocument

STRUCTURES = (dict, list, tuple, set)
STRUCTURED_FIELDS = (*table_fields, "JSON")
STANDARD_FIELDS = frozenset((*default_fields, *child_table_fields, *optional_fields))
# the arguments by which Frappe's endpoints name one record
NAMES = (
	*("name", "docname", "dn", "doc_name", "document_name", "old_name", "new_name"),
	*("reference_name", "reference_docname", "ref_docname", "attached_to_name", "source_name", "parent"),
)


def refuse_structures(
	set_value: Callable, doc: BaseDocument, key: str, value, as_value: bool = False
) -> None:
	"""Set a field of a document; refuse a list or an object where it holds a plain value, and anything but rows for a
	table. Raises ValidationError. What would hide an attribute of the class or of Frappe's is left out.
	"""
	# a DocType's meta, read where the cache is empty, can't be asked for its own meta
	if not getattr(type(doc), "_metaclass", False):
		if _is_of_code(doc, key):
			return
		if isinstance(value, STRUCTURES) and _is_plain(doc, key):
			_refuse(doc, key)
		if value and key in doc._table_fieldnames and not _are_rows(value) and not _is_old_column(doc, key):
			_refuse_rows(doc, key)
	set_value(doc, key, value, as_value)


def check_names(**_context) -> None:
	"""Refuse a request that names a record by an object: Frappe would take it for a filter.

	Raises ValidationError.
	"""
	for argument in NAMES:
		if isinstance(frappe.form_dict.get(argument), STRUCTURES):
			frappe.throw(_("{0} takes a plain value.").format(frappe.bold(argument)))


def _is_plain(doc: BaseDocument, key: str) -> bool:
	"""Whether a field, or one that every record has, holds no more than a value; what else a form sends is not kept."""
	if key in default_fields or key in child_table_fields:
		return True
	field = doc.meta.get_field(key)
	return bool(field) and field.fieldtype not in STRUCTURED_FIELDS


def _is_of_code(doc: BaseDocument, key: str) -> bool:
	"""Whether a name is one that code has for itself, and no field's: of the class, or private by its underscore."""
	is_private = key.startswith("_") and not key.startswith("__")
	if not is_private and not hasattr(type(doc), key):
		return False
	if doc.doctype in DOCTYPES_FOR_DOCTYPE:  # of which metas are made
		return False
	return key not in STANDARD_FIELDS and not doc.meta.has_field(key)


def _are_rows(value) -> bool:
	"""Whether a value is something a table can hold; what our own code hands over is."""
	if isinstance(value, list | tuple):
		return all(isinstance(row, dict | BaseDocument) for row in value)
	return not isinstance(value, str | int | float | dict)


def _is_old_column(doc: BaseDocument, key: str) -> bool:
	"""Whether the database still has the column of a field that became a table: Frappe reads it too."""
	return key in frappe.db.get_db_table_columns(f"tab{doc.doctype}")


def _refuse_rows(doc: BaseDocument, key: str) -> None:
	label = _(doc.meta.get_label(key), context=doc.doctype)
	frappe.throw(
		_("{0}, field {1} ({2}): enter a list of rows.").format(_(doc.doctype), frappe.bold(label), key),
		title=_("Not a Plain Value"),
	)


def _refuse(doc: BaseDocument, key: str) -> None:
	doctype, label = _(doc.doctype), doc.meta.get_label(key)
	frappe.throw(
		_("{0}, field {1} ({2}): enter a plain value, no list and no object.").format(
			doctype, frappe.bold(_(label, context=doc.doctype)), key
		),
		title=_("Not a Plain Value"),
	)
