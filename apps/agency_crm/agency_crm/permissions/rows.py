"""A row of a table is read and written with its record.

Asked for one row, Frappe 15 checks a right on the parent's DocType but never on the parent: whoever may write
any client could add themself to everybody's, by `POST /api/resource/Client Collaborator`. So the function that
answers for rows is wrapped (framework/wraps.py). A row is saved only with its record, whose controller checks
both.
"""

from collections.abc import Callable

import frappe
from frappe import _, permissions
from frappe.model.document import Document

from agency_crm.permissions import visibility

WHERE = ("parent", "parenttype", "parentfield")


def ask_of_record(
	has_child_permission: Callable,
	child_doctype,
	ptype="read",
	child_doc=None,
	user=None,
	raise_exception=True,
	*args,
	**options,
) -> bool:
	"""Return whether a user may do this to a row: Frappe allows it, and its record does."""
	allowed = has_child_permission(child_doctype, ptype, child_doc, user, raise_exception, *args, **options)
	if not (allowed and child_doc):
		return allowed
	row = child_doc if isinstance(child_doc, Document) else _stored(child_doctype, child_doc)
	if getattr(row, "parent_doc", None):
		return allowed  # a part of its record, which was asked about
	return _may(row, ptype, user, raise_exception)


def _may(row, ptype: str, user: str | None, raise_exception: bool) -> bool:
	"""Whether a user may do this to a row by itself: read it with its record, and nothing else."""
	if ptype in visibility.READING:
		return permissions.has_permission(row.parenttype, ptype, row.parent, user, raise_exception)
	permissions.push_perm_check_log(
		_("A row of {0} is saved with its record, not by itself.").format(_(row.parenttype))
	)
	return False


def _stored(doctype: str, name) -> frappe._dict:
	if isinstance(name, dict):
		return frappe._dict(name)
	return frappe.db.get_value(doctype, name, WHERE, as_dict=True) or frappe._dict()
