"""A listing of before its district was kept lies in one too, or no filter by district finds it."""

import frappe

from agency_crm.services.places import estates


def execute() -> None:
	"""Give every listing the district of its business circle."""
	for name in frappe.get_all("Territory", pluck="name"):
		estates.carry_district(frappe.get_doc("Territory", name))
		frappe.db.commit()  # not all listings' rows locked at once
