"""The page a client's mail links to: it says what a click does, for a link alone is followed by machines too."""

import frappe

from agency_crm.framework import headers
from agency_crm.services.notifications import mailings

no_cache = 1


def get_context(context) -> None:
	headers.only_own_scripts()
	context.language = frappe.local.lang = frappe.get_system_settings("language") or frappe.local.lang
	context.client = frappe.form_dict.get("client", "")
	context.key = frappe.form_dict.get("key", "")
	context.is_complete = mailings.is_key(context.client, context.key)
	context.session_token = frappe.session.data.csrf_token or ""
