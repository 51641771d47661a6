"""Plans of follow-ups."""

import frappe

from agency_crm.tests.factory.record import insert


def make_follow_up_plan(*days: int, **fields):
	"""A Follow Up Plan for new clients with a call on each of these days."""
	values = {
		"plan_name": f"Plan {frappe.generate_hash(length=8)}",
		"starts": "New Client",
		"steps": [{"days": day, "method": "Call", "subject": f"Day {day}"} for day in days],
	}
	return insert("Follow Up Plan", {**values, **fields})
