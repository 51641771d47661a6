"""What the Desk knows of the agency from the moment it opens."""

import frappe
from frappe.utils import flt


def add_to_boot(bootinfo) -> None:
	"""Tell the Desk above which bare number a box of 万元 asks for its unit (rules.md §1)."""
	settings = frappe.get_cached_doc("Agency Settings")
	bootinfo.agency_crm = {"ask_unit_above": flt(settings.ask_unit_above)}
