"""The steps that every queue of enquiries has (services/intake/queues.py)."""

from typing import Literal

import frappe

from agency_crm.api.arguments import check_word
from agency_crm.services.intake import queues

Queue = Literal["Listing Enquiry", "Client Enquiry"]


@frappe.whitelist(methods=["POST"])
def take(doctype: Queue, enquiry: str) -> None:
	"""Make an enquiry of the user's queue their own work."""
	check_word("doctype", doctype, Queue)
	frappe.has_permission(doctype, "write", doc=enquiry, throw=True)
	queues.take(doctype, enquiry)


@frappe.whitelist(methods=["POST"])
def reject(doctype: Queue, enquiry: str, reason: str | None = None, spam: bool = False) -> None:
	"""Close an enquiry with a reason, or as spam."""
	check_word("doctype", doctype, Queue)
	frappe.has_permission(doctype, "write", doc=enquiry, throw=True)
	queues.reject(doctype, enquiry, reason, spam)
