"""A deal's fee rows: open until signing, with computed amounts and approved discounts.

Rules: docs/rules/deals.md, "Fees".
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, get_link_to_form

from agency_crm.domain.deals import fees as rules
from agency_crm.domain.money import exact
from agency_crm.framework import messages

SERVICE_FEES = ("Loan Service", "Transfer Service", "Other Service")


def usual(deal) -> dict:
	"""Return a new fee's defaults for `deal` (a Deal): {"basis", "Buyer": rate, "Seller": rate}."""
	settings = frappe.get_cached_doc("Agency Settings")
	if deal.deal_type == "Lease":
		rates = {"Buyer": settings.tenant_fee_months, "Seller": settings.landlord_fee_months}
		return {"basis": "Months of Rent", **rates}
	rates = {"Buyer": settings.buyer_fee_percent, "Seller": settings.seller_fee_percent}
	return {"basis": "Percent of Price", **rates}


def set_amount(fee) -> None:
	"""Set `fee.amount` in CNY: its basis applied to the deal's price or monthly rent, less the discount."""
	if fee.fee_type == "Pass-through":
		fee.commissionable = 0  # other people's money
	deal = frappe.db.get_value("Deal", fee.deal, ["deal_price", "monthly_rent"], as_dict=True)
	whole = exact(fee.amount)
	before = fee.get_doc_before_save()
	if before and exact(before.amount) == whole:
		# untouched: what is stored is already less the discount of before
		whole += exact(before.discount)
	with messages.reading(fee, "amount"):
		fee.amount = rules.fee_amount(
			fee.basis,
			Decimal(str(fee.rate or 0)),
			whole,
			exact(deal.deal_price),
			exact(deal.monthly_rent),
			exact(fee.discount),
		)


def note_discount(fee) -> None:
	"""Leave a new or changed discount to the manager's approval of the deal."""
	before = fee.get_doc_before_save()
	if not before or flt(before.discount) != flt(fee.discount):
		fee.discount_approved_by = None


def approve_discounts(deal: str) -> None:
	"""Approve the discounts on a deal's fees, as the manager who approves the deal."""
	open_rows = {"deal": deal, "discount": (">", 0), "discount_approved_by": ("is", "not set")}
	for name in frappe.get_all("Deal Fee", filters=open_rows, pluck="name"):
		frappe.db.set_value("Deal Fee", name, "discount_approved_by", frappe.session.user)


def reprice(deal) -> None:
	"""Recompute the deal's fees after its price or rent changed."""
	priced = {"deal": deal.name, "basis": ("!=", "Amount")}
	for name in frappe.get_all("Deal Fee", filters=priced, pluck="name"):
		# perm: amounts follow the price, which the user was allowed to change
		frappe.get_doc("Deal Fee", name).save(ignore_permissions=True)


def problems(deal: str) -> list[str]:
	"""Return what about the fees prevents signing, one sentence each."""
	fees = frappe.get_all(
		"Deal Fee",
		filters={"deal": deal},
		fields=["name", "fee_type", "amount", "discount", "discount_approved_by", "client_consent"],
	)
	found = [] if fees else [_("It has no fee: add the fee of each side.")]
	for fee in fees:
		link = get_link_to_form("Deal Fee", fee.name)
		if flt(fee.amount) <= 0:
			found.append(_("Fee {0}: the amount must be above 0.").format(link))
		if fee.fee_type in SERVICE_FEES and not fee.client_consent:
			found.append(_("Fee {0}: a service fee needs the client's signed consent.").format(link))
		if fee.discount and not fee.discount_approved_by:
			found.append(_("Fee {0}: the manager must approve the discount.").format(link))
	return found
