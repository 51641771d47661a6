"""Head the columns of exports and prints as the form labels their fields.

Frappe translates these labels without their DocType as context.
"""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.desk.reportview import parse_field


def head_export(get_field_info: Callable, fields: list[str], doctype: str) -> list[dict]:
	"""Return the columns of a list's export, headed in the words of their DocTypes."""
	columns = get_field_info(fields, doctype)
	for column, key in zip(columns, fields, strict=True):
		owner_doctype, df = _field(key, doctype)
		if df and df.label:
			label = _(df.label, context=owner_doctype)
			column["label"] = label if owner_doctype == doctype else f"{label} ({_(owner_doctype)})"
	return columns


def _field(key: str, doctype: str) -> tuple:
	try:
		table, fieldname = parse_field(key)
	except ValueError:
		return None, None  # a sum or a count
	table = table or doctype
	return table, frappe.get_meta(table).get_field(fieldname)


def head_print(get_visible_columns: Callable, data: list, table_meta, df) -> list:
	"""Return the columns that a standard print shows of a table, headed in the words of its DocType."""
	columns = get_visible_columns(data, table_meta, df)
	return [_headed(column, table_meta.name) for column in columns]


def _headed(column, doctype: str):
	shown = frappe._dict(column if isinstance(column, dict) else column.as_dict())
	shown.label = _(column.label, context=doctype) if column.label else column.label
	return shown
