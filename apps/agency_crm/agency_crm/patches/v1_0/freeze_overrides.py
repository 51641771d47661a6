"""Overrides of deals that are signed note the splits they are on, by the tree of stores as it is now."""

import frappe

from agency_crm.services.commission import splits


def execute() -> None:
	rows = {"kind": "Override", "covered_splits": ("is", "not set")}
	deals = set(frappe.get_all("Deal Split", rows, pluck="deal"))
	for deal in frappe.get_all("Deal", {"name": ("in", deals), "docstatus": 1}, pluck="name"):
		splits.freeze(deal)
