"""The links of Frappe's mails about a transition: they ask for the one they were sent to, and for a click.

Frappe lets whoever holds the mail, or what opens its links on the way, do it in that user's name
(workflow_action.apply_action and confirm_action).
"""

from urllib.parse import quote

import frappe
from frappe import _
from frappe.model.workflow import apply_workflow
from frappe.sessions import get_csrf_token
from frappe.utils import get_datetime, strip_html
from frappe.utils.verified_command import verify_request
from frappe.workflow.doctype.workflow_action import workflow_action

FORM = "templates/pages/confirm_transition.html"
CONFIRM = "/api/method/frappe.workflow.doctype.workflow_action.workflow_action.confirm_action"


# a guest is sent on to the log-in, which has its limit
# nosemgrep: guest-without-a-limit
@frappe.whitelist(allow_guest=True, methods=["GET"])
def apply_action(
	action: str,
	doctype: str,
	docname: str,
	current_state: str,
	user: str | None = None,
	last_modified: str | None = None,
) -> None:
	"""Show the user a mail was sent to what it is about, with a button that does it."""
	if frappe.session.user == "Guest":
		asked = frappe.request.full_path
		frappe.local.response.update(
			{"type": "redirect", "location": f"/login?redirect-to={quote(asked, safe='')}"}
		)
		return
	if not verify_request() or not _is_for(user):
		return
	doc = frappe.get_doc(doctype, docname)
	doc.check_permission("read")
	state = workflow_action.get_doc_workflow_state(doc)
	if state != current_state:
		workflow_action.return_link_expired_page(doc, state)
		return
	_show_form(doc, action, user, last_modified)


@frappe.whitelist(methods=["POST"])
def confirm_action(doctype: str, docname: str, action: str, user: str | None = None) -> None:
	"""Do what the button of the page says, as the user who is logged in."""
	if not _is_for(user):
		return
	doc = frappe.get_doc(doctype, docname)
	doc.check_permission("read")
	try:
		workflow_action.return_success_page(apply_workflow(doc, action))
	except frappe.ValidationError as error:
		frappe.db.rollback()
		_say(_("Not Done"), strip_html(str(error)), 417)


def _is_for(user: str | None) -> bool:
	"""Whether a mail was sent to whoever is logged in; another is told so."""
	if not user or user == frappe.session.user:
		return True
	_say(
		_("Not Permitted"),
		_("This mail was sent to somebody else. Log out, then log in as the one it was sent to."),
		403,
	)
	return False


def _show_form(doc, action: str, user: str | None, last_modified: str | None) -> None:
	fields = {"doctype": doc.doctype, "docname": doc.name, "action": action, "user": user or ""}
	shown = {
		"doc": doc,
		"action": action,
		"target": CONFIRM,
		"fields": {**fields, "csrf_token": get_csrf_token()},
		"is_changed": last_modified and get_datetime(doc.modified) != get_datetime(last_modified),
	}
	frappe.respond_as_web_page(
		f"{_(doc.doctype)} {doc.name}", frappe.render_template(FORM, shown), indicator_color="blue"
	)


def _say(title: str, message: str, status: int) -> None:
	frappe.clear_messages()
	frappe.respond_as_web_page(title, frappe.utils.escape_html(message), http_status_code=status)
