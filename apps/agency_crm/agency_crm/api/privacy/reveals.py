"""What the forms ask to show or keep a secret. Each is a POST: what is shown is logged, and stays logged."""

from typing import Literal

import frappe

from agency_crm.api.arguments import check_word
from agency_crm.services.privacy import known_numbers, reveals

Secret = Literal["Phone", "Floor Price", "Owner Notes", "Identity Number", "E-mail"]
Kept = Literal["Client", "Listing", "Listing Enquiry", "Client Enquiry"]


@frappe.whitelist(methods=["POST"])
def reveal(
	what: Secret,
	doctype: Kept,
	name: str,
	row: str | None = None,
	reason: str | None = None,
) -> list[dict]:
	"""Return [{"label", "value"}] of a secret of a Client, a Listing or an enquiry, logged with who, when and why.

	`row`: for "Phone", the name of the row of the Client's phones or of the Listing's owners. Prices are CNY.
	"""
	check_word("what", what, Secret)
	check_word("doctype", doctype, Kept)
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	return reveals.reveal(what, doc, row, reason)


@frappe.whitelist(methods=["POST"])
def set_listing_private(
	listing: str,
	floor_price: float | None = None,
	owner_notes: str | None = None,
	reason: str | None = None,
) -> None:
	"""Keep the floor price (CNY; a month's of a lease) or the owner's notes; what isn't given stays.

	`reason` says why the floor price changes; it stands in the listing's history, the price doesn't.
	"""
	frappe.has_permission("Listing", "write", doc=listing, throw=True)
	given = {"floor_price": floor_price, "owner_notes": owner_notes}
	given = {field: value for field, value in given.items() if value is not None}
	reveals.keep("Listing", listing, given, reason)


@frappe.whitelist(methods=["POST"])
def set_client_private(
	client: str,
	id_number: str,
	id_type: Literal["ID Card", "Passport", "HK/Macau Permit", "Business Licence"] = "ID Card",
) -> None:
	"""Keep a client's identity number, encrypted."""
	frappe.has_permission("Client", "write", doc=client, throw=True)
	reveals.keep("Client", client, {"id_type": id_type, "id_number": id_number})


@frappe.whitelist(methods=["POST"])
def find_client(number: str) -> list[dict]:
	"""Return name, client_name, agent and store of the clients with this number among those the user sees.

	A whole number, of a phone or an identity card. A POST: each question is counted and logged.
	"""
	frappe.has_permission("Client", "read", throw=True)
	return known_numbers.find(number)
