"""A row of a table is read and written with its record.

Asked for one row, Frappe 15 asks for a right on the parent's DocType and never for one on the parent: who may write any
client could add themself to everybody's, by `POST /api/resource/Client Collaborator`. So the one function that
answers for rows is wrapped, once per process. A row is saved with its record alone, whose controller checks both.
"""

import functools

import frappe
from frappe import _, permissions
from frappe.model.document import Document

from agency_crm.permissions import visibility

WHERE = ("parent", "parenttype", "parentfield")


def ask_of_record(**_context) -> None:
	"""Wrap Frappe's check of a row; called before each request."""
	original = permissions.has_child_permission
	if getattr(original, "asks_of_record", False):
		return

	@functools.wraps(original)
	def has_child_permission(
		child_doctype, ptype="read", child_doc=None, user=None, raise_exception=True, *args, **options
	) -> bool:
		allowed = original(child_doctype, ptype, child_doc, user, raise_exception, *args, **options)
		if not (allowed and child_doc and _is_installed()):
			return allowed
		row = child_doc if isinstance(child_doc, Document) else _stored(child_doctype, child_doc)
		if getattr(row, "parent_doc", None):
			return allowed  # a part of its record, which was asked about
		return _may(row, ptype, user, raise_exception)

	has_child_permission.asks_of_record = True
	permissions.has_child_permission = has_child_permission


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


def _is_installed() -> bool:
	"""The process serves other sites too."""
	return __name__.partition(".")[0] in frappe.get_installed_apps()
