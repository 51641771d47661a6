"""Frappe's endpoints that answer without asking who asks, given the check they lack (frappe.md §2, §5).

They keep Frappe's names and arguments. `hooks.override_whitelisted_methods` puts them in place for the
whole site; each is to go once the oldest Frappe we run on has its own check.
"""

from typing import Literal

import frappe
from frappe import _, client
from frappe.automation.doctype.assignment_rule import assignment_rule
from frappe.desk import desktop, like, query_report, reportview, search
from frappe.desk.form import assign_to as tasks
from frappe.desk.form import utils as form_utils
from frappe.geo import utils as geo
from frappe.permissions import get_role_permissions
from frappe.utils import cint, cstr, escape_html
from frappe.www import printview

from agency_crm.api.arguments import check_word, read_json
from agency_crm.permissions import pointers, visibility
from agency_crm.services.listings import indexed

Order = Literal["asc", "desc"]
# of a record that one may only choose, what its list may be narrowed by
CHOSEN_BY = ("Link", "Select", "Check")


@frappe.whitelist()
def get_count(
	doctype: str, filters: str | dict | list | None = None, debug: bool = False, cache: bool = False
) -> int:
	"""Count the rows that the user may read (frappe.client.get_count counts all: an oracle)."""
	rows = frappe.get_list(
		doctype,
		filters=client.get_safe_filters(filters),
		fields=["count(*) as rows_found"],
		order_by="",
		debug=debug,
	)
	return rows[0].rows_found


@frappe.whitelist()
def get_desktop_page(page: str) -> dict:
	"""Return a workspace without the shortcuts to new records that its reader may not make."""
	found = desktop.get_desktop_page(page)
	shortcuts = found.get("shortcuts")
	if shortcuts:
		shortcuts["items"] = [
			item
			for item in shortcuts["items"]
			if item.doc_view != "New" or frappe.has_permission(item.link_to, "create")
		]
	return found


@frappe.whitelist()
def get_page() -> list | dict:
	"""A page of a list with filters an index serves; the arguments are the request's (reportview.get)."""
	asked = _asked()
	frappe.has_permission(**asked, ptype=_least_right(asked), throw=True)
	_index_filters()
	return reportview.get()


@frappe.whitelist()
def get_page_count() -> int:
	"""How many rows that list has, up to the request's limit (reportview.get_count)."""
	asked = _asked()
	frappe.has_permission(**asked, ptype=_least_right(asked), throw=True)
	_index_filters()
	return reportview.get_count()


@frappe.whitelist()
def get_link_title(doctype: str, docname: str) -> str | None:
	"""Return the title of a record the user may read, its name otherwise."""
	readable = frappe.db.exists(doctype, docname) and any(
		frappe.has_permission(doctype, right, doc=docname) for right in ("read", "select")
	)
	return search.get_link_title(doctype, docname) if readable else docname


@frappe.whitelist()
def search_link(
	doctype: str,
	txt: str,
	query: str | None = None,
	filters: str | dict | list | None = None,
	page_length: int = 10,
	searchfield: str | None = None,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool = False,
) -> list[dict]:
	"""Suggest records in a link: those the user sees, also where the request ignores User Permissions.

	Frappe ignores the rows' own conditions with them, and lists all to whoever reads any. A query of the DocType's own
	asks for no right at all.
	"""
	if not frappe.has_permission(doctype, "read"):
		_check_choice(doctype, filters, searchfield)
	ignore = ignore_user_permissions and not _is_seen_by_row(doctype)
	return search.search_link(
		doctype, txt, query, filters, page_length, searchfield, reference_doctype, ignore
	)


@frappe.whitelist()
def search_widget(
	doctype: str,
	txt: str,
	query: str | None = None,
	searchfield: str | None = None,
	start: int = 0,
	page_length: int = 10,
	filters: str | dict | list | None = None,
	filter_fields: str | list | None = None,
	as_dict: bool = False,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool = False,
) -> list:
	"""Suggest the same in the dialogue of a link."""
	shown = read_json("filter_fields", filter_fields, list, str) if filter_fields else []
	if not frappe.has_permission(doctype, "read"):
		_check_choice(doctype, filters, searchfield, *shown)
	filter_fields = frappe.as_json(shown) if shown else None
	asked = (doctype, txt, query, searchfield, start, page_length, filters, filter_fields, as_dict)
	ignore = ignore_user_permissions and not _is_seen_by_row(doctype)
	return search.search_widget(*asked, reference_doctype, ignore)


def _check_choice(doctype: str, filters: str | dict | list | None, *fields: str | None) -> None:
	"""Who reads no record of a DocType may choose one in a link where Frappe lets them, but for those seen by row.

	They learn its title: by what else is searched or filtered it could be bisected, and other `fields` be shown.
	"""
	if doctype == "DocType":
		return
	frappe.has_permission(doctype, "read" if doctype in visibility.PREDICATES else "select", throw=True)
	meta = frappe.get_meta(doctype)
	kinds = {field.fieldname for field in meta.fields if field.fieldtype in CHOSEN_BY and not field.permlevel}
	shown = {"name", meta.title_field, *meta.get_search_fields(), *kinds}
	asked = [*fields, *_filtered_fields(filters)]
	if hidden := [name for name in map(cstr, asked) if meta.has_field(name) and name not in shown]:
		frappe.throw(
			_("You may choose a {0}, but not by {1}.").format(_(doctype), ", ".join(hidden)),
			frappe.PermissionError,
		)


def _filtered_fields(filters: str | dict | list | None) -> list[str]:
	given = frappe.parse_json(filters) or []
	if isinstance(given, dict):
		return list(given)
	# [DocType, field, operator, value] or [field, operator, value]
	return [row[len(row) > 3] for row in given if isinstance(row, list) and row]


def _is_seen_by_row(doctype: str) -> bool:
	"""Whether who reads a DocType may see some of its records only: by conditions, or for being their owner."""
	rights = get_role_permissions(frappe.get_meta(doctype))
	conditions = frappe.get_hooks("permission_query_conditions", {})
	return doctype in conditions or rights.get("has_if_owner_enabled", False)


@frappe.whitelist()
def get_open_activities(ref_doctype: str, ref_docname: str) -> dict:
	"""Return the open tasks and events of a record the user reads (ERPNext's CRM tells those of any)."""
	frappe.has_permission(ref_doctype, "read", doc=ref_docname, throw=True)
	# by its name: only accounting/ leans on ERPNext
	return frappe.get_attr("erpnext.crm.utils.get_open_activities")(ref_doctype, ref_docname)


@frappe.whitelist()
def validate_link(doctype: str, docname: str, fields: str | list | None = None) -> dict:
	"""Return the name of a record chosen in a link and what is fetched of it; of one not seen, as of none."""
	by_row = doctype in visibility.PREDICATES and frappe.has_permission(doctype, "read")
	if by_row and not (
		frappe.db.exists(doctype, docname) and frappe.has_permission(doctype, "read", doc=docname)
	):
		return {"name": None}
	return client.validate_link(doctype, docname, read_json("fields", fields or [], list, str))


@frappe.whitelist()
def get_next(
	doctype: str,
	value: str,
	prev: str | int,
	filters: str | list | None = None,
	sort_order: str = "desc",
	sort_field: str = "modified",
) -> str | None:
	"""Return the next record of a list behind one the user reads: of others its values could be bisected."""
	frappe.has_permission(doctype, "read", doc=value, throw=True)
	check_word("sort_order", sort_order.lower(), Order)
	if sort_field not in frappe.get_meta(doctype).get_valid_columns():
		frappe.throw(_("{0} has no field {1}.").format(_(doctype), frappe.bold(escape_html(sort_field))))
	filters = read_json("filters", filters or [], list)
	return form_utils.get_next(doctype, value, cint(prev), filters, sort_order, sort_field)


@frappe.whitelist()
def toggle_like(doctype: str, name: str, add: str | bool = False) -> None:
	"""Like a record the user reads (Frappe writes it on any, with a comment)."""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	like.toggle_like(doctype, name, add)


@frappe.whitelist()
def unassign(doctype: str, name: str, assign_to: str) -> None:
	"""Take a task back from a user; the request doesn't say whether rights count (assign_to.remove)."""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	tasks.remove(doctype, name, assign_to)


@frappe.whitelist()
def unassign_many(doctype: str, names: str) -> None:
	"""Take all tasks of several records back (assign_to.remove_multiple)."""
	for name in read_json("names", names, list, str):
		frappe.has_permission(doctype, "read", doc=name, throw=True)
	tasks.remove_multiple(doctype, names)


@frappe.whitelist()
def apply_rules(doctype: str, docnames: str | list) -> None:
	"""Apply the Assignment Rules to records the user writes (Frappe does so to any)."""
	names = read_json("docnames", docnames, list, str)
	for name in names:
		frappe.has_permission(doctype, "write", doc=name, throw=True)
	assignment_rule.bulk_apply(doctype, names)


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


@frappe.whitelist()
def get_tagged(doctype: str, tag: str) -> list:
	"""Return the records with a tag that the user may read (tag.get_tagged_docs takes a pattern, and finds all)."""
	return frappe.get_list(doctype, {"_user_tags": ("like", tag)}, as_list=True, limit_page_length=0)


@frappe.whitelist()
def get_coords(doctype: str, filters: str | list | dict | None, type: str) -> dict:
	"""Return as GeoJSON where those rows lie that the user may read (frappe.geo.utils shows all)."""
	places = ["location"] if type == "location_field" else ["latitude", "longitude"]
	every = {"order_by": "", "limit_page_length": 0}
	rows = frappe.get_list(
		doctype, filters=client.get_safe_filters(filters), fields=["name", *places], **every
	)
	return geo.convert_to_geojson(type, rows)


@frappe.whitelist()
def get_print(
	doc: str,
	name: str | None = None,
	print_format: str | None = None,
	no_letterhead: bool | None = None,
	letterhead: str | None = None,
	trigger_print: bool = False,
	style: str | None = None,
	settings: str | None = None,
) -> dict:
	"""Return the print of a record as it is stored, never as the request makes it up."""
	doctype, name = _printed(doc, name)
	frappe.has_permission(doctype, doc=name, throw=True)
	return printview.get_html_and_style(
		doctype, name, print_format, no_letterhead, letterhead, trigger_print, style, settings
	)


@frappe.whitelist()
def get_raw_print(doc: str, name: str | None = None, print_format: str | None = None) -> dict:
	"""Return the same as a printer's raw commands."""
	doctype, name = _printed(doc, name)
	frappe.has_permission(doctype, doc=name, throw=True)
	return printview.get_rendered_raw_commands(doctype, name, print_format)


def _printed(doc: str, name: str | None) -> tuple[str, str]:
	"""DocType and name of the record wanted, of which a form sends all it holds: its rows may name others' records."""
	if name is not None:
		return doc, name
	given = read_json("doc", doc, dict)
	if not given.get("doctype") or not given.get("name"):
		frappe.throw(_("Name the DocType and the record to print."))
	return given["doctype"], given["name"]


def _asked() -> dict:
	form = frappe.local.form_dict
	return {"doctype": form.doctype, "parent_doctype": form.parent_doctype}


def _least_right(asked: dict) -> str:
	"""Who may only choose a record of a DocType also gets its list, as Frappe has it."""
	return "select" if frappe.has_permission(**asked, ptype="select") else "read"


def _index_filters() -> None:
	form = frappe.local.form_dict
	rows = frappe.parse_json(form.filters)
	written = indexed.filters(form.doctype, rows)
	if rows and written != rows:
		form.filters = frappe.as_json(written)


def _reported_doctype(report_name: str) -> str:
	return frappe.get_doc("Report", report_name).ref_doctype


def _check_prepared(filters: str | dict | None) -> None:
	name = (frappe.parse_json(filters) or {}).get("prepared_report_name")
	if name and not pointers.is_own_report(frappe.get_doc("Prepared Report", name)):
		frappe.throw(_("Only who prepared this report may open it."), frappe.PermissionError)
