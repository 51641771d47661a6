"""The page on which an owner offers a home, without an account (services/intake/owner_page.py)."""

import frappe
from frappe.utils import cint

from agency_crm.services.intake import owner_page

no_cache = 1


def get_context(context) -> None:
	if owner_page.PAGE.show(context):
		context.photos_max = cint(frappe.get_cached_doc("Agency Settings").enquiry_photos_max)
