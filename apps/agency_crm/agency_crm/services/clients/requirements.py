"""What a client looks for. Budgets are CNY, areas m²."""

import frappe
from frappe.utils import flt

from agency_crm.domain.clients import requirements as rules
from agency_crm.framework.messages import say


def check_requirement(requirement) -> None:
	"""Refuse the ranges that can't stand, each by its field; also of an enquiry, whose fields are the same."""
	ends = {name: flt(requirement.get(name)) for low_high in rules.RANGES for name in low_high}
	if faults := [say(requirement, *fault) for fault in rules.faults(ends)]:
		frappe.throw("<br>".join(faults))
