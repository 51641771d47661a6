"""Deals that their manager has passed to a later review already: who that was."""

import frappe

from agency_crm.framework import workflow_guard
from agency_crm.services.deals import record as deals


def execute() -> None:
	"""Note on each the one who moved it last; the store's approver isn't asked a second time."""
	first = workflow_guard.states_between("Deal", deals.DRAFT, deals.HELD, entered=True)
	passed = {"docstatus": 0, "phase": deals.HELD, "manager_approved_by": ("is", "not set")}
	for name in frappe.get_all("Deal", {**passed, "status": ("not in", first)}, pluck="name"):
		moves = {"reference_doctype": "Deal", "reference_name": name, "comment_type": "Workflow"}
		user = frappe.db.get_value("Comment", moves, "owner", order_by="creation desc") or "Administrator"
		frappe.db.set_value("Deal", name, "manager_approved_by", user, update_modified=False)
