"""A deal's listing: one deal reserves it, and its phase follows the deal's."""

from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from agency_crm.domain.phases import CLOSED, CLOSING, DEAD, DRAFT, HELD, LIVE
from agency_crm.framework import workflow_guard
from agency_crm.services.listings import leases, title
from agency_crm.services.office import agents

TAKING = (HELD, LIVE, CLOSING)  # the phases in which a deal reserves its listing
FACTS = "name phase status property listing_type leased tenant_waived sealed".split()


def check_listing(deal) -> None:
	"""Require a verified listing, still on the market, that no other deal has reserved."""
	if deal.phase not in (DRAFT, *TAKING):
		return
	before = deal.get_doc_before_save()
	entering = deal.phase in TAKING and not (before and before.phase in TAKING)
	if before and not entering and before.listing == deal.listing:
		return
	# concurrent deals wait here for each other; the unique key live_listing decides
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
	"""Take the listing off the market: its deal is in review."""
	move(deal.listing, CLOSING)


def close(deal) -> None:
	"""Mark the listing as sold or leased by a signed deal."""
	prefer = "Leased" if deal.deal_type == "Lease" else "Sold"
	move(deal.listing, CLOSED, prefer, facts=leases.facts_of(deal))


def give_back(deal) -> None:
	"""Return the listing of a failed deal to the market; the lease it was to prolong goes on."""
	if leases.renews(deal):
		move(deal.listing, CLOSED, "Leased")
	else:
		move(deal.listing, LIVE)


def let_go(deal, goes: str, reason: str) -> None:
	"""Move the listing of a terminated deal to where the termination says: the market, or Withdrawn."""
	if goes == "Withdrawn":
		move(deal.listing, DEAD, "Withdrawn", reason, leases.facts_of(deal))
	else:
		move(deal.listing, LIVE, facts=leases.facts_of(deal))


def move(
	name: str, phase: str, prefer: str | None = None, reason: str | None = None, facts: dict | None = None
) -> None:
	"""Move the listing into `phase` because its deal went on; `facts` are the deal's values for it."""
	listing = frappe.get_doc("Listing", name)
	listing.update(facts or {})
	phase = title.market_phase(listing) if phase == LIVE else phase
	workflow_guard.move(listing, phase, prefer, reason)


@contextmanager
def one_deal_a_listing(deal):
	"""Turn the unique key's refusal into one that names the deal which reserved the listing."""
	try:
		yield
	except frappe.UniqueValidationError as error:
		if "live_listing" not in str(error.args[-1]):
			raise
		frappe.clear_last_message()
		_refuse_taken(deal)


def _refuse_taken(deal) -> None:
	"""Say which deal reserved the listing, read with a lock: only so does the loser of a race see it."""
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
