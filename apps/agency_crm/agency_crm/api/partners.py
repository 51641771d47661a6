"""The REST endpoint of partners, documented in docs/partners.md, and the button that makes their key."""

import frappe

from agency_crm.permissions.roles import PARTNER
from agency_crm.services.intake import partners, portals

# as text or as a number: both are read as a person's typing is
Number = float | str | None


@frappe.whitelist(methods=["POST"])
def put_listing(
	external_id: str,
	listing_type: str | None = None,
	estate: str | None = None,
	business_circle: str | None = None,
	building_no: str | None = None,
	unit_no: str | None = None,
	room_no: str | None = None,
	asking_price: Number = None,
	rent: Number = None,
	gross_area: Number = None,
	net_area: Number = None,
	layout: str | None = None,
	floor: Number = None,
	total_floors: Number = None,
	orientation: str | None = None,
	decoration: str | None = None,
	elevator: str | None = None,
	property_type: str | None = None,
	building_type: str | None = None,
	year_built: Number = None,
	certificate_date: str | None = None,
	remarks: str | None = None,
) -> dict:
	"""Make or change the partner's listing `external_id`; asking_price in CNY, rent in CNY a month, areas in m².

	What isn't given stays as it is. Returns {"name", "external_id", "result": "created" | "updated" |
	"unchanged"}; refused, the answer has `field_errors`. 409: the address is listed by somebody else.
	"""
	given = dict(locals())
	frappe.only_for(PARTNER)
	return partners.put(partners.current(), given.pop("external_id"), given)


@frappe.whitelist(methods=["GET"])
def get_listing(external_id: str) -> dict:
	"""How the partner's listing stands: status, phase, prices in CNY, how many photos."""
	frappe.only_for(PARTNER)
	return partners.status(partners.current(), external_id)


@frappe.whitelist(methods=["POST"])
def withdraw_listing(external_id: str, reason: str) -> dict:
	"""Take the partner's listing off the market; `result` is "withdrawn", or "unchanged" where it was off."""
	frappe.only_for(PARTNER)
	return partners.withdraw(partners.current(), external_id, reason)


@frappe.whitelist(methods=["POST"])
def add_photo(external_id: str, slot: str) -> dict:
	"""Add the file `photo` of a multipart request to the partner's listing; sent again it changes nothing.

	`slot`: Exterior, Living Room, Bedroom, Kitchen, Bathroom or Floor Plan.
	"""
	frappe.only_for(PARTNER)
	partner = partners.current()
	photo = frappe.request.files.get("photo")
	if not photo:
		frappe.throw(frappe._("Send the picture as the file {0} of a multipart request.").format("photo"))
	return partners.add_photo(partner, external_id, slot, photo.filename, photo.stream.read())


@frappe.whitelist(methods=["POST"])
def put_client_enquiry(
	external_id: str,
	requirement_type: str | None = None,
	enquirer_name: str | None = None,
	phone: str | None = None,
	consent: bool = False,
	budget_min: Number = None,
	budget_max: Number = None,
	places: list[str] | str | None = None,
	bedrooms_min: Number = None,
	bedrooms_max: Number = None,
	area_min: Number = None,
	area_max: Number = None,
	needs_metro: bool = False,
	needs_school: bool = False,
	needs_elevator: bool = False,
	remarks: str | None = None,
) -> dict:
	"""Send a person who looks for a home; budgets in CNY (to rent: CNY a month), areas in m².

	Returns {"name", "external_id", "result": "created" | "unchanged"}, the same whether the person is known or
	not; refused, the answer has `field_errors`.
	"""
	given = dict(locals())
	frappe.only_for(PARTNER)
	given["places"] = "\n".join(places) if isinstance(places, list) else places
	return portals.put(partners.current(), given.pop("external_id"), given)


@frappe.whitelist(methods=["POST"])
def make_key(partner: str) -> dict[str, str]:
	"""Give a partner a new key in place of the old one: {"api_key", "api_secret"}, shown this once."""
	doc = frappe.get_doc(partners.DOCTYPE, partner)
	doc.check_permission("write")
	return partners.make_key(doc)
