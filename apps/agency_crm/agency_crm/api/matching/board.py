"""What the forms of a requirement and of a listing ask of matching. Who sees a match sees its client and its listing."""

import frappe
from frappe import _
from frappe.utils import cstr

from agency_crm.api.arguments import read_json
from agency_crm.services.matching import board, pairs
from agency_crm.services.matching import learning as feedback

REQUIREMENT = "Client Requirement"


@frappe.whitelist()
def get_listings(requirement: str) -> dict:
	"""Return the best 20 listings for a requirement with why, and those remembered: board.of_requirement."""
	doc = frappe.get_doc(REQUIREMENT, requirement)
	doc.check_permission("read")
	return {**board.of_requirement(doc), "may_write": frappe.has_permission(doc.doctype, "write", doc=doc)}


@frappe.whitelist()
def get_clients(listing: str) -> dict:
	"""Return the clients who would want a listing, of those the user may see, with why: board.of_listing."""
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	frappe.has_permission(REQUIREMENT, "read", throw=True)
	return {**board.of_listing(listing), "may_write": frappe.has_permission(REQUIREMENT, "write")}


@frappe.whitelist(methods=["POST"])
def choose(requirement: str, listings: str | list[str], shown: bool = False) -> None:
	"""Note that something is done with listings for a requirement; `shown`: the client gets them to see.

	Raises PermissionError where the user may not edit the requirement or not see a listing.
	"""
	frappe.has_permission(REQUIREMENT, "write", doc=requirement, throw=True)
	names = read_json("listings", listings, list, of=str)
	for name in names:
		frappe.has_permission("Listing", "read", doc=name, throw=True)
	board.choose(requirement, names, shown)


@frappe.whitelist(methods=["POST"])
def reject(requirement: str, listing: str, reason: str) -> None:
	"""Note why a listing doesn't suit a requirement: it isn't suggested again. MandatoryError without a reason."""
	frappe.has_permission(REQUIREMENT, "write", doc=requirement, throw=True)
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	if not cstr(reason).strip():
		frappe.throw(
			_("{0} and {1}: say why they don't suit.").format(requirement, listing), frappe.MandatoryError
		)
	board.choose(requirement, [listing])
	pairs.remember(requirement, listing, pairs.REJECTED, reason)


@frappe.whitelist(methods=["POST"])
def show_again(requirement: str, listing: str) -> None:
	"""Take a rejection back: the pair is what it was before."""
	frappe.has_permission(REQUIREMENT, "write", doc=requirement, throw=True)
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	pairs.take_back(requirement, listing, pairs.REJECTED)


@frappe.whitelist(methods=["POST"])
def set_undone(requirement: str, undone: bool, row: str | None = None) -> None:
	"""Undo what was learned of a requirement, or let it count again: one row of it, or all."""
	frappe.has_permission(REQUIREMENT, "write", doc=requirement, throw=True)
	feedback.set_undone(requirement, undone, [row] if row else None)
