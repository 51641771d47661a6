"""A field of a linked record is read as that record is: of one the reader doesn't see it is empty.

`get_list` of Frappe 15 joins the Client of `fields=["client.wechat"]` after asking for a right on the DocType alone,
and every list, report and link search that takes fields ends there. It has no hook for it, so the one method that
knows the joined tables is wrapped (framework/wraps.py).
"""

from collections.abc import Callable

from frappe.model.db_query import DatabaseQuery

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
