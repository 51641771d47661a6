"""The listing of a deal: one deal takes hold of it, and it moves with the deal."""

from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from agency_crm.domain.phases import CLOSED, CLOSING, DEAD, DRAFT, HELD, LIVE
from agency_crm.framework import workflow_guard
from agency_crm.services.listings import leases, title
from agency_crm.services.office import agents

TAKING = (HELD, LIVE, CLOSING)  # the phases of a deal that has hold of its listing
FACTS = "name phase status property listing_type leased tenant_waived sealed".split()


def check_listing(deal) -> None:
	"""A deal is about a listing that was verified and is still on the market, and of no other deal."""
	if deal.phase not in (DRAFT, *TAKING):
		return
	before = deal.get_doc_before_save()
	entering = deal.phase in TAKING and not (before and before.phase in TAKING)
	if before and not entering and before.listing == deal.listing:
		return
	# two that enter at once wait for each other here; the unique live_listing is the last word
	listing = frappe.db.get_value("Listing", deal.listing, FACTS, as_dict=True, for_update=entering)
	renewed = listing.phase == CLOSED and leases.renews(deal)
	if entering and listing.phase != LIVE and not renewed:
		_refuse_taken(deal)
	if listing.phase not in (LIVE, HELD, CLOSING) and not renewed:
		frappe.throw(
			_("Listing {0} is {1}: only a verified listing on the market can be dealt.").format(
				get_link_to_form("Listing", deal.listing), frappe.bold(_(listing.status, context="Listing"))
			),
			title=_("Listing Not Available"),
		)
	if entering:
		title.check_deal(listing)
	if entering and not listing.property:
		frappe.throw(
			_("Listing {0} has no room number: complete its address before the deal goes to review.").format(
				get_link_to_form("Listing", deal.listing)
			),
			title=_("Address Incomplete"),
		)


def reserve(deal) -> None:
	"""Take the listing from the market: its deal is in review."""
	move(deal.listing, CLOSING)


def close(deal) -> None:
	"""Let the listing be sold or leased, by a deal that is signed."""
	prefer = "Leased" if deal.deal_type == "Lease" else "Sold"
	move(deal.listing, CLOSED, prefer, facts=leases.facts_of(deal))


def give_back(deal) -> None:
	"""Bring the listing back to the market: its deal came to nothing. The lease it was to prolong goes on."""
	if leases.renews(deal):
		move(deal.listing, CLOSED, "Leased")
	else:
		move(deal.listing, LIVE)


def let_go(deal, goes: str, reason: str) -> None:
	"""Bring the listing of a terminated deal to where the termination says: the market, or Withdrawn."""
	if goes == "Withdrawn":
		move(deal.listing, DEAD, "Withdrawn", reason, leases.facts_of(deal))
	else:
		move(deal.listing, LIVE, facts=leases.facts_of(deal))


def move(
	name: str, phase: str, prefer: str | None = None, reason: str | None = None, facts: dict | None = None
) -> None:
	"""Bring the listing into `phase` because its deal went on; `facts` are what it takes from the deal."""
	listing = frappe.get_doc("Listing", name)
	listing.update(facts or {})
	phase = title.market_phase(listing) if phase == LIVE else phase
	workflow_guard.move(listing, phase, prefer, reason)


@contextmanager
def one_deal_a_listing(deal):
	"""Turn the unique key's refusal into one that says whose deal holds the listing."""
	try:
		yield
	except frappe.UniqueValidationError as error:
		if "live_listing" not in str(error.args[-1]):
			raise
		frappe.clear_last_message()
		_refuse_taken(deal)


def _refuse_taken(deal) -> None:
	"""Say whose deal holds the listing: read with a lock, for the winner of a race shows only so."""
	holder = frappe.db.get_value(
		"Deal", {"live_listing": deal.listing}, ["name", "agent", "store"], as_dict=True, for_update=True
	)
	listing = get_link_to_form("Listing", deal.listing)
	if not holder:
		frappe.throw(
			_("Listing {0} is {1}: it must be available before its deal goes to review.").format(
				listing,
				frappe.bold(_(frappe.db.get_value("Listing", deal.listing, "status"), context="Listing")),
			),
			title=_("Listing Not Available"),
		)
	name = holder.name
	if frappe.has_permission("Deal", "read", doc=holder.name):
		name = get_link_to_form("Deal", holder.name)
	frappe.throw(
		_("Listing {0} is already taken by deal {1} of {2} ({3}).").format(
			listing, name, agents.name_of(holder.agent), holder.store
		),
		frappe.DuplicateEntryError,
		title=_("Listing Taken"),
	)
