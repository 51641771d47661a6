"""What the forms and lists of commission ask of the server."""

import frappe

from agency_crm.permissions.roles import ACCOUNTANT, ADMINISTRATOR
from agency_crm.services.commission import reconciliation, statements


@frappe.whitelist(methods=["POST"])
def make_statements(company: str, month: str) -> int:
	"""Make or bring up to date every agent's statement of the month that the day `month` is in.

	Returns how many statements the month has.
	"""
	frappe.has_permission("Commission Statement", "create", throw=True)
	return statements.make_month(company, month)


@frappe.whitelist(methods=["POST"])
def compare_again(accrual: str) -> bool:
	"""Compare the deal of a held accrual again; return whether it went through."""
	frappe.only_for((ACCOUNTANT, ADMINISTRATOR))
	doc = frappe.get_doc("Commission Accrual", accrual)
	doc.check_permission("read")
	return reconciliation.compare_again(doc.deal)
