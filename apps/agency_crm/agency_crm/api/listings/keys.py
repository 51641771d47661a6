"""What the forms ask about keys. Movements are POSTs."""

from typing import Literal

import frappe

from agency_crm.api.arguments import check_word
from agency_crm.services.listings import keys

Action = Literal["Return", "Move", "Lose", "Give Back to Owner", "Receive"]


@frappe.whitelist()
def of_listing(listing: str) -> list[dict]:
	"""Return the keys of a listing: `services.listings.keys.for_listing`."""
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	return keys.for_listing(listing)


@frappe.whitelist(methods=["POST"])
def borrow(
	key: str, viewing: str | None = None, due_back: str | None = None, note: str | None = None
) -> None:
	"""Borrow a key as the session's agent; `due_back` is a moment, by default some hours from now."""
	frappe.has_permission("Listing Key", "read", doc=key, throw=True)
	if viewing:
		frappe.has_permission("Viewing", "read", doc=viewing, throw=True)
	keys.borrow(key, viewing, due_back, note)


@frappe.whitelist(methods=["POST"])
def borrow_for_viewing(viewing: str) -> list[str]:
	"""Borrow a key for each stop of a viewing that needs one; return the keys' codes."""
	doc = frappe.get_doc("Viewing", viewing)
	doc.check_permission("write")
	return keys.borrow_for_viewing(doc)


@frappe.whitelist(methods=["POST"])
def act(
	key: str,
	action: Action,
	place: Literal["Store", "Other Agency", "Owner", "Lock Box"] | None = None,
	note: str | None = None,
) -> None:
	"""Return a key one has out, or move, lose, give back or receive again one that the user's office keeps."""
	frappe.has_permission("Listing Key", "read", doc=key, throw=True)
	check_word("action", action, Action)
	keys.act(key, action, place, note)
