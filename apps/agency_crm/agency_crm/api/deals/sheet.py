"""What the deal's form asks of the server."""

import frappe
from frappe import _

from agency_crm.services.commission import splits
from agency_crm.services.deals import record as deals
from agency_crm.services.deals import sheet as sheets
from agency_crm.services.deals import terminations


@frappe.whitelist()
def deal_sheet(deal: str) -> dict:
	"""Return the sheet of a deal the user may read: `services.sheets.sheet_of`."""
	doc = frappe.get_doc("Deal", deal)
	doc.check_permission("read")
	return sheets.sheet_of(doc)


@frappe.whitelist(methods=["POST"])
def confirm_split(split: str, reason: str | None = None) -> None:
	"""Confirm one's own split row, or with a reason a row of a store below (业绩确认)."""
	frappe.has_permission("Deal Split", "read", doc=split, throw=True)
	splits.confirm(split, reason)


@frappe.whitelist(methods=["POST"])
def propose_splits(deal: str) -> None:
	"""Replace the splits of a deal not yet signed by what its template and the roles held give."""
	frappe.has_permission("Deal", "write", doc=deal, throw=True)
	frappe.has_permission("Deal Split", "create", throw=True)
	splits.propose_again(deal)


@frappe.whitelist()
def make_deal_from_viewing(viewing: str, listing: str) -> dict:
	"""Return a new, unsaved Deal of the viewing's client about one of its listings."""
	source = frappe.get_doc("Viewing", viewing)
	source.check_permission("read")
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	frappe.has_permission("Deal", "create", throw=True)
	if listing not in {stop.listing for stop in source.stops}:
		frappe.throw(_("Viewing {0} did not stop at listing {1}.").format(viewing, listing))
	shown = frappe.get_cached_doc("Listing", listing)
	deal = frappe.new_doc("Deal")
	deal.update(
		{
			"listing": listing,
			"client": source.client,
			"agent": source.agent,
			"deal_price": shown.asking_price,
			"monthly_rent": shown.rent,
		}
	)
	deals.fill_from_links(deal)
	return deal.as_dict()


@frappe.whitelist()
def make_receipt(deal: str, customer: str | None = None) -> dict:
	"""Return a new, unsaved Payment Entry of what a payer of the deal still owes."""
	doc = frappe.get_doc("Deal", deal)
	doc.check_permission("read")
	frappe.has_permission("Payment Entry", "create", throw=True)
	return deals.make_receipt(doc, customer).as_dict()


@frappe.whitelist(methods=["POST"])
def approve_termination(termination: str) -> str | None:
	"""Approve a termination as manager or accountant; the second approval carries it out.

	Returns the moment it was carried out, None while the other approval is missing.
	"""
	frappe.has_permission("Deal Termination", "write", doc=termination, throw=True)
	return terminations.approve(termination)


@frappe.whitelist(methods=["POST"])
def take_back_termination_approvals(termination: str) -> None:
	"""Take back the approvals of a termination that wasn't carried out yet, so that it can be corrected."""
	frappe.has_permission("Deal Termination", "write", doc=termination, throw=True)
	terminations.take_back_approvals(termination)
