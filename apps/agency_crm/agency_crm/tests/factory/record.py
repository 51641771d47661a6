"""How the factory makes a record, and moves one on."""

import frappe

from agency_crm.framework import workflow_guard


def insert(doctype: str, values: dict, ignore_permissions: bool = True):
	doc = frappe.get_doc({"doctype": doctype, **values})
	return doc.insert(ignore_permissions=ignore_permissions)  # perm: masters no test is about


def moved(doc, phase: str | None):
	if phase and phase != doc.phase:
		workflow_guard.move(doc, phase, reason="Test")
	return doc
