"""Charts and number cards count only rows the user may list, by fields the user may read.

Frappe 15 accepts any text in place of a field, and its heat map counts all rows for everybody.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model import default_fields, get_permitted_fields
from frappe.utils import cint, nowdate

SUMMED = {"Int", "Float", "Currency", "Percent", "Duration"}
DATED = {"Date", "Datetime"}
GROUPED = {"Link", "Select", "Check"}
# Frappe's own columns, of which a DocType's fields tell no type
TYPES = {"creation": "Datetime", "modified": "Datetime", "owner": "Link", "modified_by": "Link"}
AGGREGATES = {"Count": "count", "Sum": "sum", "Average": "avg"}


def doctype_of(figure: frappe._dict) -> str:
	"""Return the DocType of a chart or card; the caller asks for the right on it."""
	doctype = figure.document_type
	if not isinstance(doctype, str) or not frappe.db.exists("DocType", doctype):
		_refuse(doctype, "DocType")
	return doctype


def check_chart(chart: frappe._dict, filters: list) -> None:
	"""Raise ValidationError for a chart that names more than its reader may count."""
	if chart.chart_type == "Group By":
		_check_field(chart, chart.group_by_based_on, GROUPED)
		_check_aggregate(chart, chart.group_by_type, chart.aggregate_function_based_on, AGGREGATES)
	else:
		_check_field(chart, chart.based_on, DATED)
		_check_aggregate(chart, chart.chart_type, chart.value_based_on, AGGREGATES)
	_check_filters(chart, filters)


def check_card(card: frappe._dict, filters: list) -> None:
	"""Raise ValidationError for a number card that names more than its reader may count."""
	functions = {*AGGREGATES, "Minimum", "Maximum"}
	_check_aggregate(card, card.function, card.aggregate_function_based_on, functions)
	_check_filters(card, filters)


def filters_of(doctype: str, given: str | list | dict | None) -> list:
	"""Return filters as a list of rows."""
	filters = frappe.parse_json(given) or []
	if isinstance(filters, dict):
		return [[doctype, name, *_compared(value)] for name, value in filters.items()]
	return filters if isinstance(filters, list) else _refuse(filters, doctype)


def parsed(given: str | dict | None) -> frappe._dict:
	"""Return a chart or card that a request sends."""
	found = frappe.parse_json(given)
	return frappe._dict(found) if isinstance(found, dict) else _refuse(given, "Dashboard Chart")


def heat_map(chart: frappe._dict, filters: list, year: str | int | None) -> dict:
	"""Return the days of a year with their figures, of the rows that the user may list."""
	date, year = chart.based_on, cint(year) or cint(nowdate()[:4])
	figure = f"{AGGREGATES[chart.chart_type]}({chart.value_based_on or 1})"
	rows = frappe.get_list(
		chart.document_type,
		fields=[f"unix_timestamp(min({date})) as moment", f"date({date}) as day", f"{figure} as figure"],
		filters=[
			*filters,
			[chart.document_type, date, ">=", f"{year}-01-01"],
			[chart.document_type, date, "<", f"{year + 1}-01-01"],
		],
		group_by="day",
		order_by="day",
		parent_doctype=chart.parent_document_type,
		limit_page_length=0,
	)
	return {"labels": [], "dataPoints": {int(row.moment): row.figure for row in rows}}


def _check_aggregate(
	figure: frappe._dict, function: str, field: str | None, functions: Iterable[str]
) -> None:
	"""Refuse to aggregate what isn't a field; a count needs none."""
	if function not in functions:
		_refuse(function, figure.document_type)
	if field or function != "Count":
		_check_field(figure, field, SUMMED)


def _check_field(figure: frappe._dict, name: str, types: set[str]) -> None:
	meta = frappe.get_meta(figure.document_type)
	field = meta.get_field(name) if isinstance(name, str) else None
	kind = field.fieldtype if field else TYPES.get(name) if isinstance(name, str) else None
	if kind not in types or name not in _readable(figure.document_type, figure.parent_document_type):
		_refuse(name, figure.document_type)


def _check_filters(figure: frappe._dict, filters: list) -> None:
	doctype = figure.document_type
	tables = {field.options for field in frappe.get_meta(doctype).get_table_fields()}
	for row in filters:
		if not isinstance(row, list | tuple) or len(row) < 3:
			_refuse(row, doctype)
		table, name = row[:2] if len(row) > 3 else (doctype, row[0])
		if table != doctype and table not in tables:
			_refuse(table, doctype)
		parent = figure.parent_document_type if table == doctype else doctype
		if not isinstance(name, str) or name not in _readable(table, parent):
			_refuse(name, table)


def _readable(doctype: str, parent: str | None) -> set[str]:
	permitted = get_permitted_fields(doctype, parenttype=parent, permission_type="read", ignore_virtual=True)
	return {*permitted, *default_fields}


def _compared(value) -> tuple:
	return tuple(value) if isinstance(value, list | tuple) else ("=", value)


def _refuse(name, doctype: str):
	frappe.throw(
		_("{0} is no field of {1} that can be counted or compared here.").format(
			frappe.bold(frappe.utils.escape_html(str(name))), _(doctype)
		)
	)
