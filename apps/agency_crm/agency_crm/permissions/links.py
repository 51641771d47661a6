"""A field of a linked record is read as that record is: of one the reader doesn't see it is empty, and so is its title.

`get_list` of Frappe 15 joins the Client of `fields=["client.wechat"]` after asking for a right on the DocType alone,
and every list, report and link search that takes fields ends there. It has no hook for it, so the one method that
knows the joined tables is wrapped (framework/wraps.py).
"""

from collections.abc import Callable

import frappe
from frappe.model.db_query import DatabaseQuery
from frappe.model.document import Document

from agency_crm.framework.system_fields import ask_before_telling
from agency_crm.permissions import visibility


def hide_unseen(extract_tables: Callable, query: DatabaseQuery) -> None:
	"""Join of each linked DocType the rows that the reader sees."""
	extract_tables(query)
	if query.flags.ignore_permissions:
		return
	for link in query.link_tables:
		if link.doctype not in visibility.PREDICATES:
			continue
		if seen := visibility.row_conditions(query.user, link.doctype):
			link.table_name = f"(select * from {link.table_name} where {seen})"


def ask_right_first(validate_links: Callable, doc: Document) -> None:
	"""Refuse who may not create the record before Frappe tells which of its links lead to a record.

	Raises PermissionError. Frappe's insert asks for the right after it has looked the links up.
	"""
	if not doc.is_new():
		return validate_links(doc)  # who saves a record was asked before
	# a row's right is its record's, which it names itself
	about = doc if doc.meta.istable else None
	ask_before_telling(
		lambda: validate_links(doc),
		frappe.LinkValidationError,
		doc=doc,
		right="create",
		about=about,
	)


def hide_titles(get_title_values: Callable, doc, link_fields=None) -> dict[str, str]:
	"""Return `DocType::name` -> title of what a record links to, of ours those that the reader sees."""
	return _seen(get_title_values(doc, link_fields))


def hide_printed_titles(set_link_titles: Callable, doc) -> None:
	"""Let a print show titles in place of names where its reader sees the record they are of."""
	set_link_titles(doc)
	setattr(doc, "__link_titles", _seen(doc.get("__link_titles") or {}))


def _seen(titles: dict[str, str]) -> dict[str, str]:
	return {key: title for key, title in titles.items() if _is_seen(*key.split("::", 1))}


def _is_seen(doctype: str, name: str) -> bool:
	return doctype not in visibility.PREDICATES or frappe.has_permission(doctype, doc=name)
