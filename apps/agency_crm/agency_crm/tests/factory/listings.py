"""Listings and their mandates."""

import frappe
from frappe.utils import today

from agency_crm.services.listings import mandates
from agency_crm.tests.factory.places import make_estate
from agency_crm.tests.factory.record import insert, moved


def make_listing(phase: str | None = None, **fields):
	"""A complete sale listing (or a lease) in an estate of its own, inserted as the user of the session.

	`phase` moves it on as the system does: make_listing("Live") is on the market.
	"""
	values = {
		"listing_type": "Sale",
		"building_no": "3",
		"unit_no": "2",
		"room_no": "501",
		"gross_area": 89.5,
		"floor": 5,
		"total_floors": 18,
		"bedrooms": 2,
		"living_rooms": 1,
	}
	values.update({"rent": 5500} if fields.get("listing_type") == "Lease" else {"asking_price": 3500000})
	if "estate" not in fields:
		values["estate"] = make_estate().name
	return moved(insert("Listing", {**values, **fields}, ignore_permissions=False), phase)


def make_mandate(listing: str, agent: str | None = None, active: bool = False, **fields):
	"""A mandate of `listing` from today on, signed by its first owner, inserted as the session's user.

	It is the maintainer's where no agent is named. `active` puts it into force as the nearest approver does.
	"""
	row = {"parent": listing, "parenttype": "Listing"}
	values = {
		"listing": listing,
		"agent": agent or frappe.db.get_value("Listing", listing, "maintainer"),
		"start": today(),
		"signed_on": today(),
		"signed_by": frappe.db.get_value("Listing Owner", row, "client", order_by="idx asc"),
		"fee_basis": "Amount",
		"fee": 30000,
	}
	mandate = insert("Listing Mandate", {**values, **fields}, ignore_permissions=False)
	if active:
		mandates.submit(mandate.name)
		user = frappe.session.user
		frappe.set_user(mandates.approvers(mandate)[0])
		mandates.approve(mandate.name)
		frappe.set_user(user)
	return mandate.reload()
