"""What Frappe keeps for one person is theirs, on the form too: notices, saved filters, whom they follow.

Frappe gives every user of the Desk a right on these DocTypes, and for some a condition on the list alone, so that
another's opens by its name. What is of nobody is everybody's: a filter or a workspace that all share.
"""

import frappe

from agency_crm.permissions import visibility

# DocType -> the field that names whose it is
WHOSE = {
	"Dashboard Settings": "name",
	"Document Follow": "user",
	"Energy Point Log": "user",
	"List Filter": "for_user",
	"Notification Log": "for_user",
	"Workspace": "for_user",
}


def row_conditions(user: str | None, doctype: str) -> str:
	"""The hook `permission_query_conditions` of WHOSE."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	whose = frappe.qb.DocType(doctype)[WHOSE[doctype]]
	return visibility.as_sql((whose == user) | (whose == "") | whose.isnull())


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The hook `has_permission` of WHOSE: asked of the record as it is stored, not as it was typed."""
	user = user or frappe.session.user
	if user == "Administrator" or doc.is_new():
		return True
	return frappe.db.get_value(doc.doctype, doc.name, WHOSE[doc.doctype]) in (user, "", None)
