"""Choosing a record in a link: searched, checked, named."""

import frappe
from frappe import _, client
from frappe.desk import search
from frappe.permissions import get_role_permissions
from frappe.utils import cstr

from agency_crm.api.arguments import read_json
from agency_crm.framework.arguments import column_of, field_of
from agency_crm.permissions import visibility
from agency_crm.permissions.levels import hides_from_choice


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


@frappe.whitelist()
def validate_link(doctype: str, docname: str, fields: str | list | None = None) -> dict:
	"""Return the name of a record chosen in a link and what is fetched of it; of one not seen, as of none."""
	by_row = doctype in visibility.PREDICATES and frappe.has_permission(doctype, "read")
	if by_row and not (
		frappe.db.exists(doctype, docname) and frappe.has_permission(doctype, "read", doc=docname)
	):
		return {"name": None}
	return client.validate_link(doctype, docname, read_json("fields", fields or [], list, str))


def _check_choice(doctype: str, filters: str | dict | list | None, *fields: str | None) -> None:
	"""Who reads no record of a DocType may choose one in a link where Frappe lets them, but for those seen by row.

	Neither what it is searched and filtered by nor the other `fields` shown tell more of it than its title.
	"""
	if doctype == "DocType":
		return
	frappe.has_permission(doctype, "read" if doctype in visibility.PREDICATES else "select", throw=True)
	meta = frappe.get_meta(doctype)
	asked = [column_of(meta, field_of(cstr(name))[1]) for name in (*fields, *_filtered_fields(filters))]
	if hidden := [name for name in asked if hides_from_choice(meta, name)]:
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
