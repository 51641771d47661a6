"""The facts an agency may require of a listing, for the form of Agency Settings."""

import frappe

from agency_crm.services.listings import required


@frappe.whitelist()
def get_choices() -> list[dict[str, str]]:
	"""Return the fields of Listing that can be required, each as value and label in the user's language."""
	frappe.has_permission("Agency Settings", "read", throw=True)
	meta = frappe.get_meta("Listing")
	return [
		{"value": field, "label": frappe._(meta.get_label(field), context="Listing")}
		for field in required.choices()
	]
