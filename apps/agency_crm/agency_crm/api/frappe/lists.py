"""Pages and counts of a list, one record by filters, the search over everything."""

import frappe
from frappe import _, client
from frappe.desk import listview, reportview
from frappe.geo import utils as geo
from frappe.utils import global_search

from agency_crm.services.listings import indexed


@frappe.whitelist()
def get_one(
	doctype: str,
	name: str | int | None = None,
	filters: str | dict | list | None = None,
	parent: str | None = None,
) -> dict:
	"""Return a record; asked for by filters it is one that the user's list holds (frappe.client.get tells of all).

	Raises DoesNotExistError where there is none.
	"""
	filters = client.get_safe_filters(filters)
	if name or filters is None or frappe.get_meta(doctype).issingle:
		return client.get(doctype, name, filters, parent)
	found = frappe.get_list(doctype, filters=filters, parent_doctype=parent, pluck="name", limit=1)
	if not found:
		frappe.throw(_("You see no {0} like this.").format(_(doctype)), frappe.DoesNotExistError)
	return client.get(doctype, found[0], parent=parent)


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: str | list, field: str) -> list[dict]:
	"""Count a list's rows by a field; by who has them as a task only those rows that the user sees."""
	if field == "assigned_to":
		filters = frappe.parse_json(current_filters)
		names = frappe.get_list(doctype, filters=filters, pluck="name", limit_page_length=0)
		current_filters = [[doctype, "name", "in", names or [""]]]
	return listview.get_group_by_count(doctype, frappe.as_json(frappe.parse_json(current_filters)), field)


@frappe.whitelist()
def search_everywhere(text: str, start: int = 0, limit: int = 20, doctype: str = "") -> list[dict]:
	"""Find records by any word of theirs, those that the user may read (Frappe asks for the DocType alone)."""
	return [
		row
		for row in global_search.search(text, start, limit, doctype)
		if frappe.db.exists(row["doctype"], row["name"])
		and frappe.has_permission(row["doctype"], "read", doc=row["name"])
	]


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
