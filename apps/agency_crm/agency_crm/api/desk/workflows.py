"""Records of a state that a workflow is to lose."""

import frappe

from agency_crm.framework import workflow_guard

MOST = 500  # at a time: the form asks again for the rest


@frappe.whitelist(methods=["POST"])
def states_of_records(doctype: str) -> list[dict]:
	"""The states that records of `doctype` are in: [{"state", "records"}]."""
	frappe.has_permission("Workflow", "write", throw=True)
	_check_guarded(doctype)
	return workflow_guard.stranded(doctype, workflow_guard.state_field(doctype), [])


@frappe.whitelist(methods=["POST"])
def move_records(doctype: str, state: str, next_state: str) -> dict:
	"""Bring the records of a state into another; return {"moved", "left"}: how many, and how many are still there."""
	frappe.has_permission("Workflow", "write", throw=True)
	_check_guarded(doctype)
	return workflow_guard.move_records(doctype, state, next_state, MOST)


def _check_guarded(doctype: str) -> None:
	if doctype not in workflow_guard.shipped_workflows():
		frappe.throw(frappe._("{0} has no workflow of this app.").format(frappe.bold(doctype)))
