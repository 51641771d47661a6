"""What the forms ask about a listing's verification. Each is a POST."""

import frappe

from agency_crm.services.listings import verification


@frappe.whitelist(methods=["POST"])
def report(listing: str, reason: str) -> None:
	"""Have a listing the user sees verified because it isn't real, or no longer for sale (举报)."""
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	verification.report(listing, reason)


@frappe.whitelist(methods=["POST"])
def submit(request: str) -> None:
	"""Hand in the evidence attached to a Listing Verification."""
	frappe.has_permission("Listing Verification", "write", doc=request, throw=True)
	verification.submit(request)


@frappe.whitelist(methods=["POST"])
def approve(request: str) -> None:
	"""Approve a Listing Verification, as the manager above its store."""
	frappe.has_permission("Listing Verification", "read", doc=request, throw=True)
	verification.approve(request)


@frappe.whitelist(methods=["POST"])
def refuse(request: str, reason: str) -> None:
	"""Refuse a Listing Verification with a reason, as the manager above its store."""
	frappe.has_permission("Listing Verification", "read", doc=request, throw=True)
	verification.refuse(request, reason)


@frappe.whitelist(methods=["POST"])
def cancel(request: str, reason: str | None = None) -> None:
	"""Take a Listing Verification back, as whoever asked for it or the manager above its store."""
	frappe.has_permission("Listing Verification", "read", doc=request, throw=True)
	verification.cancel(request, reason)
