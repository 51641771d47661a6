"""What people look for: the client's page's requests, from guests, and what a clerk does with an enquiry."""

import frappe
from frappe.rate_limiter import rate_limit

from agency_crm.services.intake import client_enquiries as enquiries
from agency_crm.services.intake import client_page, guest_page, queues


@frappe.whitelist(allow_guest=True, methods=["GET"])
@rate_limit(limit=60, seconds=60)
def suggest_places(form_token: str, typed: str) -> list[str]:
	"""At most 8 names of business circles and estates that begin with `typed` (two characters at least)."""
	client_page.PAGE.check_permission(form_token)
	return client_page.suggest(typed)


@frappe.whitelist(allow_guest=True, methods=["POST"])
def submit(
	form_token: str | None = None,
	submission_token: str | None = None,
	website: str | None = None,
	requirement_type: str | None = None,
	budget: str | None = None,
	bedrooms: str | None = None,
	area: str | None = None,
	places: str | None = None,
	needs_metro: str | None = None,
	needs_school: str | None = None,
	needs_elevator: str | None = None,
	remarks: str | None = None,
	enquirer_name: str | None = None,
	phone: str | None = None,
	consent: str | None = None,
	referral: str | None = None,
	campaign: str | None = None,
) -> dict:
	"""Keep what somebody looks for: {"reference_no"}, the same whether their number is known or not.

	Texts as typed: budget in 万元 to buy, in 元 a month to rent, area in m². `website` is a box that only
	machines see and fill in: they get a number and nothing is kept. Refused, the answer has `field_errors`.
	"""
	wish = dict(locals())
	client_page.PAGE.check_permission(form_token)
	if website:
		return {"reference_no": guest_page.new_reference()}
	return {"reference_no": client_page.submit(wish, submission_token)}


@frappe.whitelist()
def hints(enquiry: str) -> dict:
	"""Who already has the enquirer's number, as far as the user sees them: {"clients", "others"}."""
	doc = frappe.get_doc(enquiries.DOCTYPE, enquiry)
	doc.check_permission("read")
	return queues.known_people(doc)


@frappe.whitelist(methods=["POST"])
def convert(
	enquiry: str, client: str | None = None, agent: str | None = None, related_as: str | None = None
) -> str:
	"""Make an enquiry a requirement of `client`, or of a new client of `agent`, and return the client's name."""
	frappe.has_permission(enquiries.DOCTYPE, "write", doc=enquiry, throw=True)
	return enquiries.convert(enquiry, client, agent, related_as)


@frappe.whitelist(methods=["POST"])
def pass_on(enquiry: str) -> None:
	"""Give an enquiry to the colleague whose client has its number."""
	frappe.has_permission(enquiries.DOCTYPE, "write", doc=enquiry, throw=True)
	enquiries.pass_on(enquiry)
