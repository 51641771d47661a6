"""Duplicates: what a form asks while a listing is typed, and what a review decides."""

import frappe

from agency_crm.api.arguments import read_json
from agency_crm.services.duplicates import lookalikes, merging
from agency_crm.services.duplicates import pairs as duplicates


@frappe.whitelist(methods=["POST"])
def look(typed: str | dict, listing: str | None = None) -> dict:
	"""Return {"alike": [...], "owner_has": [...]} of what a form holds (services/duplicates/lookalikes.py, `look`).

	`listing` is the saved one that is edited. Areas are m², prices CNY.
	"""
	frappe.has_permission("Listing", "write" if listing else "create", doc=listing, throw=True)
	lookalikes.check_pace()
	return lookalikes.look(read_json("typed", typed, dict), listing)


@frappe.whitelist()
def side_by_side(pair: str) -> dict:
	"""Return the two listings of a Duplicate Pair with what differs, as far as the user may read them."""
	doc = frappe.get_doc(duplicates.PAIR, pair)
	doc.check_permission("read")
	return duplicates.side_by_side(doc)


@frappe.whitelist(methods=["POST"])
def merge(pair: str, survivor: str, reason: str | None = None) -> None:
	"""Make one listing of a pair's two: `survivor` stays and takes over what the other has."""
	frappe.get_doc(duplicates.PAIR, pair).check_permission("read")
	merging.merge(pair, survivor, reason)


@frappe.whitelist(methods=["POST"])
def undo(pair: str) -> None:
	"""Part a merged pair again, unless something of it changed since."""
	frappe.get_doc(duplicates.PAIR, pair).check_permission("read")
	merging.undo(pair)


@frappe.whitelist(methods=["POST"])
def dismiss(pair: str, reason: str) -> None:
	"""Say that a pair's two are two homes; it stays so until they have more in common."""
	frappe.get_doc(duplicates.PAIR, pair).check_permission("read")
	merging.dismiss(pair, reason)
