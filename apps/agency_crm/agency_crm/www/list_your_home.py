"""The page on which an owner offers a home, without an account (services/library/owner_page.py)."""

import frappe
from frappe.utils import cint

from agency_crm.services.library import owner_page

no_cache = 1


def get_context(context) -> None:
	"""What the page shows; while the agency has it switched off there is no such page."""
	# the agency's language, not the browser's: so are its estates and its words of consent
	context.language = frappe.local.lang = frappe.get_system_settings("language") or frappe.local.lang
	context.is_open = owner_page.is_open()
	if not context.is_open:
		# not raised: Frappe would remember the address as missing after it is switched on again
		context.http_status_code = 404
		return
	context.update(
		{
			"form_token": owner_page.form_token(),
			"consent_text": owner_page.consent_text(),
			"photos_max": cint(frappe.get_cached_doc("Agency Settings").enquiry_photos_max),
			"longest": owner_page.BOXES,
			# of somebody who is logged in; Frappe asks for it then
			"session_token": frappe.session.data.csrf_token or "",
		}
	)
