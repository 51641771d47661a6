"""Deals and their fees."""

import frappe

from agency_crm.tests.factory.clients import make_client
from agency_crm.tests.factory.commission import make_plan
from agency_crm.tests.factory.listings import make_listing
from agency_crm.tests.factory.office import make_agent
from agency_crm.tests.factory.record import insert


def make_deal(**fields):
	"""A draft deal of 3,500,000 CNY (a lease: 5,500 a month) on a live listing, inserted as the session's user.

	Its owner, who consented, and buyer are new clients, its agent has a commission plan.
	"""
	if "listing" not in fields:
		owner = make_client(is_seller=1)
		fields["listing"] = make_listing("Live", owners=[{"client": owner.name, "share": 100}]).name
	lease = frappe.db.get_value("Listing", fields["listing"], "listing_type") == "Lease"
	if "agent" not in fields:
		fields["agent"] = make_agent(commission_plan=make_plan().name).name
	if "client" not in fields:
		fields["client"] = make_client(agent=fields["agent"]).name
	values = {"monthly_rent": 5500} if lease else {"deal_price": 3500000}
	values["parties"] = [{"side": "Buyer", "client": fields["client"], "share": 100}]
	listing = {"parent": fields["listing"], "parenttype": "Listing"}
	for owner in frappe.get_all("Listing Owner", listing, ["client", "share"], order_by="idx"):
		values["parties"].append({"side": "Seller", "consented": 1, **owner})
	return insert("Deal", {**values, **fields}, ignore_permissions=False)


def make_fee(deal, side: str = "Buyer", **fields):
	"""A fee of `deal` (a Deal), inserted as the session's user: 2 % of the buyer, 1 % of the seller.

	Of a lease, half a month's rent.
	"""
	payer = next(row.client for row in deal.parties if row.side == side)
	values = {"deal": deal.name, "side": side, "payer": payer, "fee_type": "Brokerage"}
	if deal.deal_type == "Lease":
		values.update({"basis": "Months of Rent", "rate": 0.5})
	else:
		values.update({"basis": "Percent of Price", "rate": 2 if side == "Buyer" else 1})
	return insert("Deal Fee", {**values, **fields}, ignore_permissions=False)
