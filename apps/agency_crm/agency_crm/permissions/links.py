"""A field of a linked record is read as that record is: of one the reader doesn't see it is empty.

`get_list` of Frappe 15 joins the Client of `fields=["client.wechat"]` after asking for a right on the DocType alone,
and every list, report and link search that takes fields ends there. It has no hook for it, so the one method that
knows the joined tables is wrapped, once per process.
"""

import functools

import frappe
from frappe.model.db_query import DatabaseQuery

from agency_crm.permissions import visibility


def hide_unseen(**_context) -> None:
	"""Wrap Frappe's query; called before each request and each job."""
	original = DatabaseQuery.extract_tables
	if getattr(original, "hides_unseen", False):
		return

	@functools.wraps(original)
	def extract_tables(query: DatabaseQuery) -> None:
		original(query)
		if query.flags.ignore_permissions:
			return
		for link in filter(_is_ours, query.link_tables):
			if seen := visibility.row_conditions(query.user, link.doctype):
				link.table_name = f"(select * from {link.table_name} where {seen})"

	extract_tables.hides_unseen = True
	DatabaseQuery.extract_tables = extract_tables


def _is_ours(link) -> bool:
	"""The process serves other sites too, whose DocTypes of such a name belong to somebody else."""
	return link.doctype in visibility.PREDICATES and "agency_crm" in frappe.get_installed_apps()
