"""What Frappe keeps for one person is theirs, on the form too: notices, saved filters, follows.

Frappe gives every user of the Desk a right on these DocTypes, some with a condition on the list alone, so
another's record opens by its name. A filter or a workspace without a user is everybody's.
"""

from email.utils import getaddresses

import frappe
from frappe import _
from frappe.utils import escape_html, get_fullname

from agency_crm.framework.gate import is_unlimited
from agency_crm.permissions import visibility
from agency_crm.permissions.terms import as_sql

# DocType -> the field that names whose it is
WHOSE = {
	"Dashboard Settings": "name",
	"Document Follow": "user",
	"Energy Point Log": "user",
	"List Filter": "for_user",
	"Notification Log": "for_user",
	"Workspace": "for_user",
}

# another's is never given to them: it would stand in their sidebar or list
GIVEN = ("List Filter", "Workspace")


def row_conditions(user: str | None, doctype: str) -> str:
	"""The hook `permission_query_conditions` of WHOSE."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	whose = frappe.qb.DocType(doctype)[WHOSE[doctype]]
	return as_sql((whose == user) | (whose == "") | whose.isnull())


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The hook `has_permission` of WHOSE: asked of the record as it is stored, not as it was typed."""
	user = user or frappe.session.user
	if user == "Administrator":
		return True
	if doc.doctype in GIVEN and ptype not in visibility.READING:
		return _may_write(doc, user)
	if doc.is_new():
		return True
	return frappe.db.get_value(doc.doctype, doc.name, WHOSE[doc.doctype]) in (user, "", None)


def check_sender(mail, method: str | None = None) -> None:
	"""The event `Communication.validate`: a user sends in their own name, or by a mail account that is no other's.

	Notifications go out by the office's account. What no request makes has its own sender, so has what a guest writes.
	"""
	user = frappe.session.user
	if not getattr(frappe.local, "request", None) or user == "Guest" or is_unlimited(user):
		return
	if not mail.sender or not mail.has_value_changed("sender"):
		return
	addresses = [address for _name, address in getaddresses([mail.sender])]
	if addresses in ([user], [frappe.db.get_value("User", user, "email")]):
		mail.sender, mail.sender_full_name = addresses[0], get_fullname(user)
		return
	address = addresses[0] if len(addresses) == 1 else ""
	is_account = address and frappe.db.exists("Email Account", {"email_id": address, "enable_outgoing": 1})
	whose = frappe.get_all("User Email", {"email_id": address, "parenttype": "User"}, pluck="parent")
	if not is_account or (whose and user not in whose):
		frappe.throw(
			_("{0} is not your address: you send mails in your own name.").format(
				frappe.bold(escape_html(mail.sender))
			),
			frappe.PermissionError,
		)


def _may_write(doc, user: str) -> bool:
	"""One's own stay one's own; a workspace that all see is written by who manages workspaces."""
	stored = None if doc.is_new() else frappe.db.get_value(doc.doctype, doc.name, WHOSE[doc.doctype])
	whose = {doc.get(WHOSE[doc.doctype]) or "", user if doc.is_new() else stored or ""}
	manages = not {"System Manager", "Workspace Manager"}.isdisjoint(frappe.get_roles(user))
	# anybody may save a filter for all
	return whose <= ({user, ""} if manages or doc.doctype == "List Filter" else {user})
