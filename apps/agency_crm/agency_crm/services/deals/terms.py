"""A deal's price, lease and people, and whether they are consistent.

Rules: docs/rules/deals.md, "Terms", "Signing".
"""

import frappe
from frappe import _
from frappe.utils import flt, get_link_to_form, getdate


def check_terms(deal) -> None:
	"""Refuse an inconsistent price, lease, parties or agents, naming the deal and the field."""
	_check_price(deal)
	_check_lease_dates(deal)
	_check_parties(deal)
	_check_agents(deal)


def problems(deal) -> list[str]:
	"""Return what about the terms prevents signing, one sentence each."""
	found = []
	if getdate(deal.signed_on) > getdate():
		found.append(_("{0} can't be in the future.").format(_("Signed On", context="Deal")))
	if frappe.db.get_value("Listing", deal.listing, "sealed"):
		link = get_link_to_form("Listing", deal.listing)
		found.append(_("The property of listing {0} is sealed by a court.").format(link))
	return [*found, *missing_consents(deal)]


def missing_consents(deal) -> list[str]:
	"""Return the owners' missing consents, one sentence each; asked at review and again at signing."""
	found = []
	sellers = {row.client: row for row in deal.parties if row.side == "Seller"}
	if not sellers:
		found.append(_("Nobody stands on the side {0}: add its parties.").format(_("Seller")))
	for row in sellers.values():
		if not row.consented:
			found.append(
				_("Owner {0} has not consented: tick it in the parties.").format(_said(row.client_name))
			)
	owners = {"parent": deal.listing, "parenttype": "Listing", "client": ("not in", list(sellers))}
	for client in frappe.get_all("Listing Owner", owners, pluck="client"):
		name = frappe.db.get_value("Client", client, "client_name")
		found.append(_("Owner {0} of the listing is missing in the parties.").format(_said(name)))
	return found


def _check_price(deal) -> None:
	field = "monthly_rent" if deal.deal_type == "Lease" else "deal_price"
	if flt(deal.get(field)) <= 0:
		label = frappe.bold(_(deal.meta.get_label(field), context="Deal"))
		frappe.throw(_("{0}: {1} must be above 0.").format(_label(deal), label), title=_("Price Missing"))


def _check_lease_dates(deal) -> None:
	if deal.lease_start and deal.lease_end and getdate(deal.lease_end) <= getdate(deal.lease_start):
		frappe.throw(
			_("{0}: {1} must be after {2}.").format(
				_label(deal), _("Lease Until", context="Deal"), _("Lease From", context="Deal")
			)
		)


def _check_parties(deal) -> None:
	"""Require the client among the buyers, nobody twice, and shares of 100 % on each side."""
	seen = {}
	for row in deal.parties:
		if row.client in seen:
			frappe.throw(
				_("{0}: {1} stands in rows {2} and {3} of the parties. Remove one.").format(
					_label(deal), _said(row.client_name), seen[row.client], row.idx
				)
			)
		seen[row.client] = row.idx
	if deal.client not in {row.client for row in deal.parties if row.side == "Buyer"}:
		frappe.throw(
			_("{0}: add {1} to the parties on the side {2}.").format(
				_label(deal), _said(deal.client_name), _("Buyer", context="Deal Party")
			)
		)
	for side in ("Buyer", "Seller"):
		shares = [flt(row.share) for row in deal.parties if row.side == side]
		if any(shares) and abs(sum(shares) - 100) > 0.01:
			frappe.throw(
				_("{0}: the shares of the side {1} make {2} %, not 100 %.").format(
					_label(deal), _(side, context="Deal Party"), f"{sum(shares):g}"
				)
			)


def _check_agents(deal) -> None:
	if deal.agent in {row.agent for row in deal.co_agents}:
		frappe.throw(
			_("{0}: the closing agent is already counted. Take them out of {1}.").format(
				_label(deal), _("Co-agents", context="Deal")
			)
		)
	if not deal.company:
		frappe.throw(_("{0}: store {1} has no company.").format(_label(deal), deal.store or "-"))


def _said(name: str) -> str:
	return frappe.bold(frappe.utils.escape_html(name))


def _label(deal) -> str:
	"""The deal as an error names it: with a link once it is saved."""
	return _("New Deal") if deal.is_new() else get_link_to_form("Deal", deal.name)
