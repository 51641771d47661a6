"""What the forms of a listing and its mandates ask of the server."""

import frappe

from agency_crm.services.listings import mandates


@frappe.whitelist()
def make_mandate(listing: str) -> dict:
	"""Return a new, unsaved Listing Mandate of a listing the user works on."""
	doc = frappe.get_doc("Listing", listing)
	doc.check_permission("write")
	frappe.has_permission("Listing Mandate", "create", throw=True)
	return frappe.new_doc("Listing Mandate", **mandates.prefilled(doc)).as_dict()


@frappe.whitelist(methods=["POST"])
def submit_mandate(mandate: str) -> None:
	"""Send a signed draft to the manager above its listing."""
	frappe.has_permission("Listing Mandate", "write", doc=mandate, throw=True)
	mandates.submit(mandate)


@frappe.whitelist(methods=["POST"])
def approve_mandate(mandate: str) -> str:
	"""Approve a submitted mandate as a manager above its listing; returns its status."""
	frappe.has_permission("Listing Mandate", "write", doc=mandate, throw=True)
	return mandates.approve(mandate)


@frappe.whitelist(methods=["POST"])
def refuse_mandate(mandate: str, reason: str) -> None:
	"""Refuse a submitted mandate, with a reason, as a manager above its listing."""
	frappe.has_permission("Listing Mandate", "write", doc=mandate, throw=True)
	mandates.refuse(mandate, reason)


@frappe.whitelist(methods=["POST"])
def end_mandate(mandate: str, reason: str) -> None:
	"""End an approved mandate before its time, with a reason, as a manager above its listing."""
	frappe.has_permission("Listing Mandate", "write", doc=mandate, throw=True)
	mandates.end(mandate, reason)
