"""The page on which an owner offers a home, without an account (services/library/owner_page.py)."""

import frappe
from frappe.utils import cint

from agency_crm.services.library import owner_page

no_cache = 1


def get_context(context) -> None:
	"""What the page shows; while the agency has it switched off there is no such page."""
	if not owner_page.is_open():
		raise frappe.PageDoesNotExistError
	settings = frappe.get_cached_doc("Agency Settings")
	# the agency's language, not the browser's: so are its estates and its words of consent
	frappe.local.lang = frappe.get_system_settings("language") or frappe.local.lang
	context.update(
		{
			"language": frappe.local.lang,
			"form_token": owner_page.form_token(),
			"consent_text": owner_page.consent_text(),
			"photos_max": cint(settings.enquiry_photos_max),
			"longest": owner_page.BOXES,
			# of somebody who is logged in; Frappe asks for it then
			"session_token": frappe.session.data.csrf_token or "",
		}
	)
