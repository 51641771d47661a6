"""What a home's title blocks: a seal the market, a tenant's right to buy a deal, an unproven date a tag.

A mortgage blocks nothing. Rules: docs/rules/listings.md, "Ownership".
"""

import frappe
from frappe import _
from frappe.utils import cstr, get_link_to_form, getdate, today

from agency_crm.domain.listings import record as rules
from agency_crm.domain.phases import CLOSING, HELD, LIVE
from agency_crm.services.listings import media

ON_MARKET = (LIVE, CLOSING)


def check_title(listing) -> None:
	"""Check a Listing's changed title facts; date the owner's statement of an only home."""
	before = listing.get_doc_before_save() or frappe._dict()
	_date_statement(listing, before)
	if listing.phase == LIVE and listing.sealed and not (before.phase == LIVE and before.sealed):
		frappe.throw(
			_(
				"Listing {0} is sealed by a court: it can't be on the market. Put it on hold first, or take {1} off."
			).format(
				get_link_to_form("Listing", listing.name),
				frappe.bold(_("Sealed by Court", context="Listing")),
			),
			title=_("Sealed by Court"),
		)
	_check_held_since(listing, before)


def market_phase(listing) -> str:
	"""Return the phase in which a listing comes back to the market: on hold while it is sealed."""
	return HELD if listing.sealed else LIVE


def check_deal(listing) -> None:
	"""Refuse a deal on a sealed home, or a sale whose tenant didn't waive the right to buy first.

	`listing` holds name, listing_type, leased, tenant_waived, sealed.
	"""
	if listing.sealed:
		frappe.throw(
			_("Listing {0} is sealed by a court: it can't be sold or let.").format(
				get_link_to_form("Listing", listing.name)
			),
			title=_("Sealed by Court"),
		)
	if listing.listing_type == "Sale" and listing.leased and not listing.tenant_waived:
		frappe.throw(
			_("Listing {0} is leased: tick {1} once the tenant has signed the waiver.").format(
				get_link_to_form("Listing", listing.name),
				frappe.bold(_("Tenant Waived the Right to Buy", context="Listing")),
			),
			title=_("Tenant's Waiver Missing"),
		)


def _date_statement(listing, before) -> None:
	if not listing.sole_home:
		listing.sole_home_on, listing.sole_home_verified = None, 0
	else:
		listing.sole_home_on = listing.sole_home_on or today()
		if not before.sole_home:
			listing.sole_home_verified = 0


def _check_held_since(listing, before) -> None:
	"""Require a reason for a day other than the earlier of certificate and deed tax, and a paper on the market."""
	dates = (listing.certificate_date, listing.deed_tax_date)
	usual = rules.held_since(*(getdate(day) if day else None for day in dates))
	if not listing.held_since or getdate(listing.held_since) == usual:
		listing.held_since_reason = None
		return
	facts = ("held_since", "held_since_reason", "certificate_date", "deed_tax_date")
	untouched = all(cstr(listing.get(field)) == cstr(before.get(field)) for field in facts)
	to_market = listing.phase in ON_MARKET and before.phase not in ON_MARKET
	if untouched and not to_market:
		return
	label = frappe.bold(_("Held Since", context="Listing"))
	if not cstr(listing.held_since_reason).strip():
		frappe.throw(
			_("{0} isn't the earlier of certificate and deed tax date: say why in {1}.").format(
				label, frappe.bold(_("Why Held Since Differs", context="Listing"))
			),
			frappe.MandatoryError,
		)
	if listing.phase in ON_MARKET and not media.has_paper(listing, "Holding Paper"):
		frappe.throw(
			_("{0} needs a paper: upload it under {1} before the listing goes on the market.").format(
				label, frappe.bold(_("Holding Paper", context="Listing Media"))
			),
			frappe.MandatoryError,
		)
