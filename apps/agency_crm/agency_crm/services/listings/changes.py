"""A listing's changes over time: who may change a price, and one entry for each change.

Rules: docs/rules/listings.md, "Changes". A floor price is a secret: its entry says only that it changed.
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, cstr, flt, get_link_to_form, getdate, now, now_datetime

from agency_crm.domain.listings.record import price_field
from agency_crm.domain.money import exact
from agency_crm.domain.phases import DEAD, LIVE
from agency_crm.framework import jobs
from agency_crm.permissions import visibility
from agency_crm.permissions.reader import manages, reader
from agency_crm.services.listings import followers

PRICE, FLOOR_PRICE, STATUS, SCOPE = "Price", "Floor Price", "Status", "Scope"
# who may change a price, by the setting that says so
PRICE_RIGHTS = {PRICE: "price_changed_by", FLOOR_PRICE: "floor_price_changed_by"}


def note(listing) -> None:
	"""Set the dates and amounts of changes on the listing; refuse a price change without right or reason."""
	before = listing.get_doc_before_save()
	listing.flags.price_reason = cstr(listing.price_reason).strip()
	listing.price_reason = None
	if before and price_of(before) != price_of(listing):
		if not listing.flags.ignore_permissions:  # a service has already decided what it saves
			_check_right(PRICE, before)
		_check_reason(listing)
		same_kind = before.listing_type == listing.listing_type
		listing.price_changed_on = now_datetime()
		listing.price_change = float(price_of(listing) - price_of(before)) if same_kind else 0
	if listing.phase == LIVE and not listing.listed_on:
		listing.listed_on = getdate()


def record(listing) -> None:
	"""Write the entries of a saved listing's changes, and mark who is to be told."""
	before = listing.get_doc_before_save()
	if not before:
		return
	found = []
	if price_of(before) != price_of(listing):
		prices = (_plain(price_of(doc)) for doc in (before, listing))
		found.append((PRICE, *prices, listing.flags.price_reason))
	if before.status != listing.status:
		new_reason = listing.has_value_changed("status_reason") or listing.phase == DEAD
		found.append((STATUS, before.status, listing.status, listing.status_reason if new_reason else None))
	if before.scope != listing.scope:
		found.append((SCOPE, before.scope, listing.scope, None))
	for field, old, new, reason in found:
		_write(listing.name, field, old, new, reason)
	if found:
		jobs.soon(followers.tell_all)


def note_floor_price(private) -> None:
	"""Record that a Listing Private's floor price changes, without the amounts; refuse a user who may not.

	`flags.reason` is why. Raises PermissionError.
	"""
	before = private.get_doc_before_save()
	if flt(private.floor_price) == flt(before.floor_price if before else 0):
		return
	fields = ["name", "maintainer", "store"]
	_check_right(FLOOR_PRICE, frappe.db.get_value("Listing", private.listing, fields, as_dict=True))
	_write(private.listing, FLOOR_PRICE, None, None, private.flags.reason)
	jobs.soon(followers.tell_all)


def forget(listing) -> None:
	"""Delete the entries and followers of a listing that is deleted."""
	for doctype in ("Listing Change", "Listing Follower"):
		frappe.db.delete(doctype, {"listing": listing.name})


def history(listing) -> dict:
	"""The prices over time and all entries of a listing, oldest first.

	{"prices": [{"at", "price"}], "entries": [{"field", "old", "new", "reason", "by", "by_name", "at"}]}; CNY,
	a month's of a lease. The first price is of the day the listing was entered.
	"""
	entries = frappe.get_all(
		"Listing Change",
		{"listing": listing.name},
		["field", "old", "new", "reason", "by", "by.full_name as by_name", "at"],
		order_by="at",
	)
	moves = [entry for entry in entries if entry.field == PRICE]
	first = moves[0].old if moves else price_of(listing)
	prices = [{"at": listing.creation, "price": float(first)}]
	prices += [{"at": entry.at, "price": float(entry.new)} for entry in moves]
	return {"prices": prices, "entries": entries}


def price_of(listing) -> Decimal:
	"""What is asked: the sale price, or the rent of a month, in CNY."""
	return exact(listing.get(price_field(listing.listing_type)))


def _write(listing: str, field: str, old: str | None, new: str | None, reason: str | None) -> None:
	entry = frappe.new_doc("Listing Change", listing=listing, field=field, old=old, new=new)
	entry.update({"reason": reason or None, "by": frappe.session.user, "at": now()})
	entry.db_insert()  # the system's own row: no hook and no right to ask, and every save of a price waits


def _check_reason(listing) -> None:
	"""Require a reason for a new price once the listing was on the market, where Agency Settings say so."""
	asked = listing.listed_on and cint(frappe.get_cached_doc("Agency Settings").price_reason_required)
	if listing.flags.price_reason or not asked:
		return
	label = frappe.bold(_(listing.meta.get_label("price_reason"), context="Listing"))
	frappe.throw(
		_("Listing {0}: say in {1} ({2}) why.").format(
			get_link_to_form("Listing", listing.name), label, "price_reason"
		),
		frappe.MandatoryError,
	)


def _check_right(what: str, listing) -> None:
	"""Refuse the session's user where the setting of the price leaves them out; `listing` as it is stored."""
	setting = PRICE_RIGHTS[what]
	who = frappe.get_cached_doc("Agency Settings").get(setting)
	if not _may_change(who, listing):
		frappe.throw(
			_("Listing {0}: {1} is changed by: {2}. Ask one of them.").format(
				get_link_to_form("Listing", listing.name),
				frappe.bold(_(what, context="Listing Change")),
				frappe.bold(_(who, context="Agency Settings")),
			),
			frappe.PermissionError,
			title=_("Not Yours to Change"),
		)


def _may_change(who: str, listing) -> bool:
	if manages(listing.store):
		return True
	if who == "Managers":
		return False
	agent = reader().agent
	if who == "Maintainer and Managers":
		return bool(agent) and listing.maintainer == agent
	return visibility.works_on("Listing", listing.name)


def _plain(price: Decimal) -> str:
	return f"{price.normalize():f}"
