"""Reports, charts and number cards."""

from inspect import unwrap

import frappe
from frappe import _
from frappe.core.doctype.prepared_report import prepared_report
from frappe.desk import query_report, reportview
from frappe.desk.doctype.dashboard_chart import dashboard_chart
from frappe.desk.doctype.number_card import number_card
from frappe.utils import escape_html

from agency_crm.framework import figures
from agency_crm.permissions import pointers


@frappe.whitelist()
def get_chart(
	chart_name: str | None = None,
	chart: str | dict | None = None,
	no_cache: str | int | None = None,
	filters: str | list | dict | None = None,
	from_date: str | None = None,
	to_date: str | None = None,
	timespan: str | None = None,
	time_interval: str | None = None,
	heatmap_year: str | int | None = None,
	refresh: str | int | None = None,
) -> dict | None:
	"""Return a chart's figures counted for the user who looks, never those kept from somebody else's look."""
	if chart_name:
		frappe.has_permission("Dashboard Chart", "read", doc=chart_name, throw=True)
		asked = frappe._dict(frappe.get_doc("Dashboard Chart", chart_name).as_dict())
	else:
		asked = figures.parsed(chart)
	doctype, parent = figures.doctype_of(asked), asked.parent_document_type
	frappe.has_permission(doctype, "read", parent_doctype=parent, throw=True)
	filters = figures.filters_of(doctype, filters or asked.filters_json)
	figures.check_chart(asked, filters)
	if asked.chart_type != "Group By" and asked.type == "Heatmap":
		return figures.heat_map(asked, filters, heatmap_year or asked.heatmap_year)
	# the function inside: what wraps it keeps one result under the chart's name for all users
	return unwrap(dashboard_chart.get)(
		chart=asked,
		filters=filters,
		from_date=from_date,
		to_date=to_date,
		timespan=timespan,
		time_interval=time_interval,
	)


@frappe.whitelist()
def get_card(
	doc: str | dict, filters: str | list | dict | None = None, to_date: str | None = None
) -> float | None:
	"""Return the figure of a number card, of rows and a field that the user may read."""
	card = figures.parsed(doc)
	doctype, parent = figures.doctype_of(card), card.parent_document_type
	frappe.has_permission(doctype, "read", parent_doctype=parent, throw=True)
	filters = figures.filters_of(doctype, filters)
	figures.check_card(card, filters)
	return number_card.get_result(card, filters, to_date)


@frappe.whitelist()
def get_card_difference(
	doc: str | dict, filters: str | list | dict | None = None, result: str | float | None = None
) -> float | None:
	"""Return by how much per cent a card's figure changed, for a card and rows that the user may read."""
	name = figures.parsed(doc).name
	frappe.has_permission("Number Card", "read", doc=name, throw=True)
	card = frappe._dict(frappe.get_doc("Number Card", name).as_dict())
	doctype, parent = figures.doctype_of(card), card.parent_document_type
	frappe.has_permission(doctype, "read", parent_doctype=parent, throw=True)
	filters = figures.filters_of(doctype, filters)
	figures.check_card(card, filters)
	return number_card.get_percentage_difference({"name": name}, filters, result)


@frappe.whitelist()
def make_prepared_report(report_name: str, filters: str | dict | None = None) -> dict:
	"""Have a report made in the background that the user may also run at once (Frappe asks nothing)."""
	report = frappe.get_doc("Report", report_name)
	frappe.has_permission(report.ref_doctype, "report", throw=True)
	if not report.is_permitted():
		raise frappe.PermissionError
	return prepared_report.make_prepared_report(report_name, filters)


@frappe.whitelist()
def save_report(name: str, doctype: str, report_settings: str) -> str:
	"""Keep a list's columns as a report of one's own: for who may make reports of the DocType.

	Raises PermissionError, also for another's report of that name.
	"""
	frappe.has_permission(doctype, "report", throw=True)
	check_permission(name)
	return reportview.save_report(name, doctype, report_settings)


@frappe.whitelist()
def delete_report(name: str) -> None:
	"""Delete a report of one's own, for who may make reports of its DocType. Raises PermissionError."""
	check_permission(name)
	reportview.delete_report(name)


def check_permission(name: str) -> None:
	"""A report that is kept under this name is one's own, unless one may write everybody's. Raises PermissionError."""
	report = frappe.db.get_value("Report", name, ["ref_doctype", "owner"], as_dict=True)
	if not report:
		return
	frappe.has_permission(report.ref_doctype, "report", throw=True)
	if report.owner != frappe.session.user and not frappe.has_permission("Report", "write", doc=name):
		frappe.throw(
			_("{0} is another's report.").format(frappe.bold(escape_html(name))), frappe.PermissionError
		)


@frappe.whitelist()
def run_report(
	report_name: str,
	filters: str | dict | None = None,
	user: str | None = None,
	ignore_prepared_report: bool | str = False,
	custom_columns: str | list | None = None,
	is_tree: bool | str = False,
	parent_field: str | None = None,
	are_default_filters: bool | str = True,
) -> dict:
	"""Run a report as the user of the session, and open a prepared one for whoever prepared it only."""
	frappe.has_permission(_reported_doctype(report_name), "report", throw=True)
	_check_prepared(filters)
	return query_report.run(
		report_name,
		filters,
		None,
		ignore_prepared_report,
		custom_columns,
		is_tree,
		parent_field,
		are_default_filters,
	)


@frappe.whitelist()
def export_report() -> None:
	"""Export a report as `run_report` shows it; the arguments are the request's (query_report.export_query)."""
	frappe.has_permission(_reported_doctype(frappe.form_dict.report_name), "report", throw=True)
	_check_prepared(frappe.form_dict.filters)
	query_report.export_query()


def _reported_doctype(report_name: str) -> str:
	return frappe.get_doc("Report", report_name).ref_doctype


def _check_prepared(filters: str | dict | None) -> None:
	name = (frappe.parse_json(filters) or {}).get("prepared_report_name")
	if name and not pointers.is_own_report(frappe.get_doc("Prepared Report", name)):
		frappe.throw(_("Only who prepared this report may open it."), frappe.PermissionError)
