"""Kanban boards: the order of their cards."""

import frappe
from frappe.desk.doctype.kanban_board import kanban_board
from frappe.model.document import Document

from agency_crm.api.arguments import read_json

BOARD = "Kanban Board"


@frappe.whitelist()
def update_order(board_name: str, order: str) -> tuple:
	"""Keep the order of the cards that the user sees, on a board they see (Frappe answers with any board).

	Of a card not seen the answer would tell in which column it is.
	"""
	frappe.has_permission(BOARD, doc=board_name, throw=True)
	doctype = frappe.db.get_value(BOARD, board_name, "reference_doctype")
	columns = read_json("order", order, dict)
	named = [card for cards in columns.values() for card in cards]
	seen = set(frappe.get_list(doctype, {"name": ("in", named)}, pluck="name", limit_page_length=0))
	kept = {column: [card for card in cards if card in seen] for column, cards in columns.items()}
	return kanban_board.update_order(board_name, frappe.as_json(kept))


@frappe.whitelist()
def update_order_for_single_card(
	board_name: str,
	docname: str,
	from_colname: str,
	to_colname: str,
	old_index: str | int,
	new_index: str | int,
) -> Document:
	"""Put a card that the user sees into a column of a board they see."""
	frappe.has_permission(BOARD, doc=board_name, throw=True)
	doctype = frappe.db.get_value(BOARD, board_name, "reference_doctype")
	frappe.has_permission(doctype, doc=docname, throw=True)
	return kanban_board.update_order_for_single_card(
		board_name, docname, from_colname, to_colname, old_index, new_index
	)
