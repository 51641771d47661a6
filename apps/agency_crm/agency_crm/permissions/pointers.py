"""Frappe's own tables that point at our records: a share, a task, a tag, a file, a digest by mail, a reminder, a
comment.

Frappe lets a share beat a denying predicate on the form, anybody point a task or a tag at a record they
can't see, and everybody read all tags with the record's title. So a record that has a predicate isn't shared,
only its readers point at it, and what points at it is found on its form.
Why: docs/rules/platform.md, "Rows and rights".
"""

from collections.abc import Callable

import frappe
from frappe import _

from agency_crm.framework.system_fields import is_by_system
from agency_crm.permissions import levels, visibility
from agency_crm.permissions.reader import reader
from agency_crm.permissions.terms import as_sql

# DocType -> where it names the record it points at
POINTERS = {
	"ToDo": ("reference_type", "reference_name"),
	"Document Follow": ("ref_doctype", "ref_docname"),
	"Tag Link": ("document_type", "document_name"),
	"File": ("attached_to_doctype", "attached_to_name"),
	"Reminder": ("reminder_doctype", "reminder_docname"),
	"Comment": ("reference_doctype", "reference_name"),
	"Event Participants": ("reference_doctype", "reference_docname"),
	"Dynamic Link": ("link_doctype", "link_name"),
}
# DocType -> its table whose rows point
ROWS = {"Event": "event_participants", "Contact": "links", "Address": "links"}


def refuse_share(share, method: str | None = None) -> None:
	"""The event `DocShare.validate`: who sees a record with a predicate is said on the record itself."""
	if share.share_doctype in visibility.PREDICATES:
		frappe.throw(
			_(
				"{0} {1} can't be shared: who sees it follows from its agent, its store and those added to it."
			).format(_(share.share_doctype), share.share_name),
			frappe.PermissionError,
			title=_("Not Shared"),
		)


def check_pointer(pointer, method: str | None = None) -> None:
	"""The event `validate` of the POINTERS: only who may read a record points at it.

	Raises PermissionError. A task taken back may name a record its owner no longer sees; what the system
	attaches for somebody (`flags.by_system`) was judged where it was let in; so was what it notes in a Comment of
	another type.
	"""
	noted = pointer.doctype == "Comment" and pointer.comment_type != "Comment"
	if pointer.flags.by_system or noted:
		return
	if pointer.doctype == "ToDo":
		_keep_task(pointer)
	doctype, name = _pointed_at(pointer)
	if not name or doctype not in visibility.PREDICATES or pointer.get("status") == "Cancelled":
		return
	# a form not saved yet has a name of the browser's own; Frappe gives its files to the record it becomes
	unsaved = pointer.doctype == "File" and name.startswith("new-")
	frappe.has_permission(doctype, "read", doc=None if unsaved else name, throw=True)


def _keep_task(task) -> None:
	"""Require of who was given a task that it stays about what it is, and theirs: a task opens a deal's people."""
	mine = task.is_new() or frappe.session.user in (task.owner, "Administrator") or is_by_system(task)
	if not mine and any(map(task.has_value_changed, ("reference_type", "reference_name", "allocated_to"))):
		frappe.throw(
			_("Only {0}, who gave this task, says what it is about and whose it is.").format(
				frappe.bold(task.owner)
			),
			frappe.PermissionError,
		)


def check_rows(doc, method: str | None = None) -> None:
	"""The event `validate` of ROWS: so too for a new row; an event shows on the form of whoever takes part in it."""
	before, table = doc.get_doc_before_save(), ROWS[doc.doctype]
	known = {_pointed_at(row) for row in before.get(table)} if before else set()
	for row in doc.get(table):
		if _pointed_at(row) not in known:
			check_pointer(row)


def tell_follower(
	get_message: Callable, doc_name: str, doctype: str, frequency: str, user: str
) -> list[dict]:
	"""Return what a digest by mail tells of a record: to whom doesn't see it any more nothing, no field above a level."""
	if not frappe.db.exists(doctype, doc_name) or not frappe.has_permission(doctype, doc=doc_name, user=user):
		return []
	hidden = levels.hidden_fields(doctype, None, user)
	told = get_message(doc_name, doctype, frequency, user)
	return [item for item in told if item["data"].get("field") not in hidden]


def _pointed_at(pointer) -> tuple:
	return tuple(pointer.get(field) for field in POINTERS[pointer.doctype])


def row_conditions(user: str | None, doctype: str) -> str:
	"""The hook `permission_query_conditions` of Tag Link and File: not those of our records but one's own."""
	if reader(user).sees_all:
		return ""
	table = frappe.qb.DocType(doctype)
	kind = table[POINTERS[doctype][0]]
	open_to_all = kind.isnull() | kind.notin([*visibility.PREDICATES, "Listing Private"])
	return as_sql(open_to_all | (table.owner == (user or frappe.session.user)))


def has_tag(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The hook `has_permission` of Tag Link: a tag is seen with its record."""
	if doc.document_type not in visibility.PREDICATES or not doc.document_name:
		return True
	return bool(frappe.has_permission(doc.document_type, "read", doc=doc.document_name, user=user))


def has_paper(doc, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""The hook `has_permission` of File: a listing's paper is seen by who works on it; None: as Frappe decides."""
	if doc.attached_to_doctype != "Listing Private":
		return None
	return visibility.works_on("Listing", doc.attached_to_name, user)


def is_own_report(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The hook `has_permission` of Prepared Report: its rows are those of whoever prepared it."""
	user = user or frappe.session.user
	return doc.owner == user or "System Manager" in frappe.get_roles(user)
