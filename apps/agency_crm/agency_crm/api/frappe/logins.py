"""Frappe's endpoints that try a password or mail a link to set one, held to framework/logins.py."""

import frappe
from frappe import _
from frappe.core.doctype.user import user as users
from frappe.integrations import oauth2
from frappe.integrations.doctype.ldap_settings import ldap_settings
from frappe.rate_limiter import rate_limit
from frappe.www import login

from agency_crm.framework import logins


@frappe.whitelist(methods=["POST"])
def release(user: str) -> None:
	"""Let an account in again that was tried too often, with its password alone."""
	frappe.only_for("System Manager")
	logins.release(user)


@frappe.whitelist(methods=["POST"])
def verify_password(password: str) -> None:
	"""Check the user's own password (user.verify_password tries without end)."""
	logins.check_permission(frappe.session.user)
	users.verify_password(password)


@frappe.whitelist(allow_guest=True, methods=["POST"])
def update_password(
	new_password: str, logout_all_sessions: int = 0, key: str | None = None, old_password: str | None = None
) -> str:
	"""Set a password by the old one or by the key of a mail (user.update_password tries without end)."""
	if not key:
		logins.check_permission(frappe.session.user)
		if not old_password:
			frappe.throw(_("Enter your old password too."), frappe.MandatoryError)
	return users.update_password(new_password, logout_all_sessions, key, old_password)


@frappe.whitelist(allow_guest=True)
def get_token(**_arguments: str) -> None:
	"""Give an OAuth token; what asks with a password is held to its account's limits."""
	if frappe.form_dict.get("username"):
		logins.check_permission(frappe.form_dict.username, asks_for_code=False)
	oauth2.get_token()


@frappe.whitelist(allow_guest=True)
def login_by_ldap() -> None:
	"""Log in by the password that an LDAP server knows."""
	logins.check_permission(frappe.form_dict.get("usr"), asks_for_code=False)
	logins.try_password(frappe.form_dict.get("usr"), ldap_settings.login)


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=login.get_login_with_email_link_ratelimit, seconds=60 * 60)
def send_login_link(email: str) -> None:
	"""Mail a link to log in by; the answer doesn't say whether there is such an account."""
	frappe.only_for(("Guest", "All"))
	frappe.enqueue(logins.mail_login_link, queue="short", email=email)


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=users.get_password_reset_limit, seconds=60 * 60)
def reset_password(user: str) -> None:
	"""Mail a link to set a password; the answer doesn't say whether there is such an account."""
	frappe.only_for(("Guest", "All"))
	frappe.enqueue(logins.mail_reset_link, queue="short", user=user)
	frappe.msgprint(
		_("If there is such an account, a mail with instructions is on its way."),
		title=_("Password Email Sent", context="Login"),
	)
