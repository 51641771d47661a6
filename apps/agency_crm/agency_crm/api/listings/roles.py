"""What the forms ask about a listing's roles. Decisions and claims are POSTs."""

import frappe

from agency_crm.services.listings import roles
from agency_crm.services.pools import listings as lapses


@frappe.whitelist(methods=["POST"])
def approve(request: str, reason: str | None = None) -> None:
	"""Give the role a Role Request asks for, as the manager above its store."""
	frappe.has_permission("Role Request", "read", doc=request, throw=True)
	roles.approve(request, reason)


@frappe.whitelist(methods=["POST"])
def refuse(request: str, reason: str) -> None:
	"""Refuse a Role Request with a reason, as the manager above its store."""
	frappe.has_permission("Role Request", "read", doc=request, throw=True)
	roles.refuse(request, reason)


@frappe.whitelist(methods=["POST"])
def withdraw(request: str) -> None:
	"""Take back one's own open Role Request."""
	frappe.has_permission("Role Request", "read", doc=request, throw=True)
	roles.withdraw(request)


@frappe.whitelist(methods=["POST"])
def claim(listing: str) -> None:
	"""Become the maintainer of a listing nobody maintains (认领); the first to claim wins."""
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	lapses.claim(listing)
