"""One record by filters, the counts beside a list, and the search over everything."""

import frappe
from frappe import _, client
from frappe.desk import listview
from frappe.utils import global_search


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
