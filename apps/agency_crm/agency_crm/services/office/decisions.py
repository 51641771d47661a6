"""Requests that somebody above decides: one open request for a thing, decided by nobody who gains.

Role Request and Client Request are such; both have status, open_key, decided_by, decided_at, decision_reason.
Rules: docs/rules/visibility.md, "Who approves".
"""

import frappe
from frappe import _
from frappe.utils import cstr, get_link_to_form, now_datetime

from agency_crm.framework import system_fields
from agency_crm.permissions.reader import reader
from agency_crm.services.office import agents, approvals

OPEN, APPROVED, REFUSED, WITHDRAWN = "Open", "Approved", "Refused", "Withdrawn"


def check_decider(doc, store: str | None, involved: set[str | None]) -> None:
	"""Refuse whoever may not decide on a record of `store`, or is involved in it.

	The managers above decide, and the administrators. Raises PermissionError, naming who may.
	"""
	if may_decide(store, involved):
		return
	allowed = approvals.approvers_of(store, {name for name in involved if name})
	frappe.throw(
		_("{0} {1} is decided by {2}.").format(
			_(doc.doctype), get_link_to_form(doc.doctype, doc.name), approvals.names(allowed)
		),
		frappe.PermissionError,
		title=_("Not Yours to Decide"),
	)


def may_decide(store: str | None, involved: set[str | None]) -> bool:
	"""Whether the session's user is a manager above `store`, or an administrator, and is not involved."""
	user = frappe.session.user
	if user == "Administrator" or user in approvals.approvers_of(store, {name for name in involved if name}):
		return True
	return user not in involved and reader().sees_all


def open_anew(request, open_key: str) -> None:
	"""Make a new request an open one; refuse it where the same is asked for already."""
	known = frappe.db.get_value(request.doctype, {"open_key": open_key}, "name", for_update=True)
	if known:
		frappe.throw(
			_("This is already asked for: {0}.").format(get_link_to_form(request.doctype, known)),
			frappe.DuplicateEntryError,
			title=_("Already Asked"),
		)
	request.update({"status": OPEN, "open_key": open_key})


def locked(doctype: str, name: str):
	"""Return an open request, locked; refuse one that is decided already."""
	request = frappe.get_doc(doctype, name, for_update=True)
	if request.status != OPEN:
		frappe.throw(
			_("Request {0} is already {1}.").format(
				request.name, frappe.bold(_(request.status, context=doctype))
			)
		)
	return request


def check_asker(request, agent: str | None) -> None:
	"""Refuse whoever neither made a request nor is the agent who would gain by it."""
	if frappe.session.user != request.owner and agent != agents.current_agent():
		frappe.throw(_("Request {0} is not yours.").format(request.name), frappe.PermissionError)


def check_reason(request, reason: str | None) -> None:
	"""Require a reason for a refusal."""
	if not cstr(reason).strip():
		frappe.throw(_("Say why {0} is refused.").format(request.name), frappe.MandatoryError)


def close(request, status: str, reason: str | None) -> None:
	"""Save the session user's decision on a request, or its withdrawal."""
	request.update({"status": status, "open_key": None, **_decision(reason)})
	with system_fields.writing(request):
		request.save(ignore_permissions=True)  # perm: the decision was checked by the caller


def close_all(doctype: str, about: dict, reason: str, tell: str) -> list[str]:
	"""Take back what is still asked for `about` something in one update; return the agents of the field `tell`."""
	still_open = {**about, "status": OPEN}
	asking = frappe.get_all(doctype, still_open, pluck=tell)
	if asking:
		closed = {"status": WITHDRAWN, "open_key": None, **_decision(reason)}
		frappe.db.set_value(doctype, still_open, closed)
	return asking


def _decision(reason: str | None) -> dict:
	return {
		"decision_reason": reason,
		"decided_by": frappe.session.user,
		"decided_at": now_datetime(),
	}
