"""Client Referrals: who brought whom, and how many of them came to a deal."""

import frappe
from frappe import _

from agency_crm.services.clients import referrals


def execute(filters: dict | None = None) -> tuple:
	"""Return columns and rows of the report."""
	return get_columns(), get_data(frappe._dict(filters or {}))


def get_columns() -> list[dict]:
	return [
		{"fieldname": "referrer", "label": _("Brought By"), "fieldtype": "Data", "width": 200},
		{"fieldname": "kind", "label": _("Kind"), "fieldtype": "Data", "width": 100},
		{"fieldname": "clients", "label": _("Clients Brought"), "fieldtype": "Int", "width": 120},
		{"fieldname": "lost", "label": _("Lost", context="Client"), "fieldtype": "Int", "width": 100},
		{"fieldname": "deals", "label": _("Deals Signed"), "fieldtype": "Int", "width": 120},
		{"fieldname": "names", "label": _("Who Was Brought"), "fieldtype": "Data", "width": 400},
	]


def get_data(filters: frappe._dict) -> list[dict]:
	"""One row a client or agent who brought clients that the user sees; the dates bound when they came."""
	frappe.has_permission("Client", "report", throw=True)
	rows = referrals.by_referrer(filters.from_date, filters.to_date)
	words = {"Client": _("Client"), "Agent": _("Agent")}
	return [row | {"kind": words[row["kind"]]} for row in rows]
