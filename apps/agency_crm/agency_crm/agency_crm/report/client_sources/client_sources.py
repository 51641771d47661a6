"""Client Sources: what each source brings, from the enquiry to the signed deal."""

import frappe
from frappe import _

from agency_crm.services.clients import sources

SHOWN = ("clients", "viewed", "closed")  # in the chart


def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, what the rates are of, the chart and the summary of the report."""
	rows = get_data(frappe._dict(filters or {}))
	return get_columns(), rows, get_message(), get_chart(rows), get_report_summary(rows)


def get_columns() -> list[dict]:
	words = {"source": _("Source", context="Client"), "detail": _("Source Detail", context="Client")}
	texts = [
		{"fieldname": name, "label": label, "fieldtype": "Data", "width": 150}
		for name, label in words.items()
	]
	return texts + [
		{"fieldname": name, "label": label, "width": 130, **_numeric(name)}
		for name, label in _labels().items()
	]


def get_data(filters: frappe._dict) -> list[dict]:
	"""One row a source and detail of what the user may see, in the user's words; the period is needed."""
	frappe.has_permission("Client Enquiry", "report", throw=True)
	rows = sources.by_source(filters)
	for row in rows:
		row.source = _(row.source, context="Client") if row.source else _("Not Given")
	return rows


def get_message() -> str:
	return _(
		"Counted are the enquiries (without spam) and the clients that came in during the period, and what became "
		"of them until today. Converted: of the enquiries. With a requirement, viewed and closed: of the clients."
	)


def get_chart(rows: list[dict]) -> dict:
	"""Clients, those who viewed and those who closed, source by source."""
	labels, found = _labels(), {}
	for row in rows:
		known = found.setdefault(row.source, dict.fromkeys(SHOWN, 0))
		known.update({name: known[name] + row[name] for name in SHOWN})
	return {
		"data": {
			"labels": list(found),
			"datasets": [
				{"name": labels[name], "values": [counts[name] for counts in found.values()]}
				for name in SHOWN
			],
		},
		"type": "bar",
	}


def get_report_summary(rows: list[dict]) -> list[dict]:
	"""The figures of all sources shown."""
	total = sources.total(rows)
	return [
		{"label": label, "value": total[name], "datatype": _numeric(name)["fieldtype"]}
		for name, label in _labels().items()
	]


def _numeric(name: str) -> dict:
	return {"fieldtype": "Percent", "precision": 1} if name in sources.RATES else {"fieldtype": "Int"}


def _labels() -> dict[str, str]:
	return {
		"enquiries": _("Enquiries"),
		"converted": _("Converted", context="Client Enquiry"),
		"converted_rate": _("Converted (%)"),
		"clients": _("Clients"),
		"with_requirement": _("With a Requirement"),
		"requirement_rate": _("With a Requirement (%)"),
		"viewed": _("Viewed", context="Client Sources"),
		"viewed_rate": _("Viewed (%)"),
		"closed": _("Deal Signed"),
		"closed_rate": _("Deal Signed (%)"),
	}
