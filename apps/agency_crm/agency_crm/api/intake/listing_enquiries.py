"""Homes that owners offer: the page's requests, from guests, and what a clerk does with an offer."""

import frappe
from frappe.rate_limiter import rate_limit

from agency_crm.services.intake import guest_page, listing_enquiries, owner_page


@frappe.whitelist(allow_guest=True, methods=["GET"])
@rate_limit(limit=60, seconds=60)
def suggest_estates(form_token: str, typed: str) -> list[str]:
	"""At most 8 names of estates that begin with `typed` (two characters at least), and nothing else of them."""
	owner_page.PAGE.check_permission(form_token)
	return owner_page.suggest(typed)


@frappe.whitelist(allow_guest=True, methods=["POST"])
def submit(
	form_token: str | None = None,
	submission_token: str | None = None,
	website: str | None = None,
	listing_type: str | None = None,
	estate: str | None = None,
	building_no: str | None = None,
	unit_no: str | None = None,
	room_no: str | None = None,
	layout: str | None = None,
	gross_area: str | None = None,
	asking_price: str | None = None,
	rent: str | None = None,
	enquirer_name: str | None = None,
	phone: str | None = None,
	remarks: str | None = None,
	consent: str | None = None,
) -> dict:
	"""Keep an owner's offer with its files `photos`, all of one multipart request: {"reference_no"}.

	Texts as typed: gross_area in m², asking_price in 万元, rent in 元 a month. `website` is a box that only
	machines see and fill in: they get a number and nothing is kept. Refused, the answer has `field_errors`.
	"""
	owner_page.PAGE.check_permission(form_token)
	if website:
		return {"reference_no": guest_page.new_reference()}
	offer = {name: value for name, value in locals().items() if name not in ("website", "form_token")}
	photos = [(file.filename, file.stream.read()) for file in frappe.request.files.getlist("photos")]
	return {"reference_no": owner_page.submit(offer, photos, submission_token)}


@frappe.whitelist()
def hints(enquiry: str) -> dict:
	"""Who already has the owner's number, and which listing the address: {"clients", "others", "listing"}."""
	doc = frappe.get_doc(listing_enquiries.DOCTYPE, enquiry)
	doc.check_permission("read")
	return listing_enquiries.hints(doc)


@frappe.whitelist(methods=["POST"])
def convert(
	enquiry: str, client: str | None = None, maintainer: str | None = None, related_as: str | None = None
) -> str:
	"""Make an enquiry a draft listing of `client`, or of a new client, and return the listing's name."""
	frappe.has_permission(listing_enquiries.DOCTYPE, "write", doc=enquiry, throw=True)
	return listing_enquiries.convert(enquiry, client, maintainer, related_as).name
