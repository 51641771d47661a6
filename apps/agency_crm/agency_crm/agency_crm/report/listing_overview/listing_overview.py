"""Listing Overview: what each store has on the market, and what of it needs its manager."""

import frappe
from frappe import _

from agency_crm.services.listings import overview


def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, no message, the chart and the summary of the report."""
	rows = get_data(frappe._dict(filters or {}))
	return get_columns(), rows, None, get_chart(rows), get_report_summary(rows)


def get_columns() -> list[dict]:
	store = {"fieldname": "store", "label": _("Store"), "fieldtype": "Link", "options": "Store", "width": 180}
	return [store, *(_column(field, label) for field, label in _labels().items())]


def get_data(filters: frappe._dict) -> list[dict]:
	"""One row a store the user manages, by name; `from_date` and `to_date` bound what is new."""
	frappe.has_permission("Listing", "report", throw=True)
	return overview.by_store(filters)


def get_chart(rows: list[dict]) -> dict | None:
	"""Verified, stale and failed listings beside each other, store by store."""
	labels = _labels()
	shown = ("verified", "stale", "failed")
	return {
		"data": {
			"labels": [row.store or _("No Store") for row in rows],
			"datasets": [{"name": labels[field], "values": [row[field] for row in rows]} for field in shown],
		},
		"type": "bar",
	}


def get_report_summary(rows: list[dict]) -> list[dict]:
	"""The figures of all stores shown."""
	total = overview.total(rows)
	return [
		{"label": label, "value": total[field], "datatype": "Float" if field == "days" else "Int"}
		for field, label in _labels().items()
	]


def _column(field: str, label: str) -> dict:
	numeric = {"fieldtype": "Float", "precision": 1} if field == "days" else {"fieldtype": "Int"}
	return {"fieldname": field, "label": label, "width": 130, **numeric}


def _labels() -> dict[str, str]:
	return {
		"live": _("On the Market"),
		"new": _("New", context="Listing Overview"),
		"verified": _("Verified", context="Listing"),
		"stale": _("Stale"),
		"failed": _("Failed Verification"),
		"days": _("Average Days on the Market"),
	}
