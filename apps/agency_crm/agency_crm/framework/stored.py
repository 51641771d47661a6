"""A record stays the one that was loaded, and a right is asked of it as it is stored.

Frappe loads a record, writes what a request sends into it and asks for the right only then, of what it has become: by
`name` it would be one of the sender's own, by `__islocal` a new one, by `owner` one they made. It has no hook there,
so these two of its methods are wrapped (wraps.py).
"""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.base_document import BaseDocument
from frappe.model.document import Document
from frappe.utils import cstr

from agency_crm.framework.system_fields import KeepsSystemFields, is_by_system

MADE = "dont_update_if_missing"  # the last that Frappe's constructor sets


def keep_identity(update: Callable, doc: BaseDocument, values: dict) -> BaseDocument:
	"""Update a record; refuse values that make a named one another or a new one. Raises ValidationError.

	One that is being made takes any: what it was looked up by (filters, a name in other letters) is not what it is called.
	"""
	name = vars(doc).get("name")
	if not name or MADE not in vars(doc):
		return update(doc, values)
	if cstr(values.get("name") or name) != cstr(name):
		frappe.throw(
			_("{0} {1} keeps its name: rename it by its menu.").format(_(doc.doctype), frappe.bold(name))
		)
	if values.get("__islocal") and not doc.is_new():
		frappe.throw(_("{0} {1} is saved already.").format(_(doc.doctype), frappe.bold(name)))
	return update(doc, values)


def ask_of_stored(validate_levels: Callable, doc: Document) -> None:
	"""Before Frappe looks at the fields' levels, require the right to write the record as it is stored.

	Raises PermissionError. Records of ours are always asked by name.
	"""
	stored = doc.get_doc_before_save()
	if stored and not isinstance(doc, KeepsSystemFields) and not is_by_system(doc):
		if not frappe.has_permission(doc.doctype, "write", doc=stored):
			doc.raise_no_permission_to("write")
	validate_levels(doc)
