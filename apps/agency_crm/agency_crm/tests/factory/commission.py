"""What agents earn, and how a commission is split."""

import frappe

from agency_crm.tests.factory.record import insert


def make_plan(**fields):
	"""A Commission Plan of 40 %, in force since long."""
	values = {
		"plan_name": f"Plan {frappe.generate_hash(length=8)}",
		"rate": 40,
		"effective_from": "2000-01-01",
	}
	return insert("Commission Plan", {**values, **fields})


def make_split_template(*rows: tuple, **fields):
	"""A Split Template of (role, percent, fallback role or None) `rows`: all to Closing where none is given."""
	values = {
		"template_name": f"Template {frappe.generate_hash(length=8)}",
		"deal_type": "Sale",
		"effective_from": "2000-01-01",
		"rows": [
			{"role": role, "percent": percent, "fallback_role": fallback}
			for role, percent, fallback in rows or [("Closing", 100, None)]
		],
	}
	return insert("Split Template", {**values, **fields})
