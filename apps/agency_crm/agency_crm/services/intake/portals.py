"""People who ask a partner's portal for a home, sent by the partner over REST (docs/partners.md).

They land in the clerks' queue like those of our own page. Budgets are CNY, areas m².
"""

from collections.abc import Callable
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import now_datetime

from agency_crm.domain.importing import client_rows
from agency_crm.domain.importing.base import Reader, one
from agency_crm.domain.inputs import numbers
from agency_crm.domain.listings.record import external_key
from agency_crm.framework import system_fields, unique
from agency_crm.framework.messages import forget_noted, note, noted
from agency_crm.services.intake import client_enquiries as enquiries
from agency_crm.services.intake import client_page, guest_page, partners

NEEDED = ("enquirer_name", "phone")
NUMBERS = ("budget_min", "budget_max", "bedrooms_min", "bedrooms_max", "area_min", "area_max")
BOXES = {
	**{box: client_page.PAGE.boxes[box] for box in ("enquirer_name", "phone", "places", "remarks")},
	**dict.fromkeys(NUMBERS, 20),
}


def put(partner, external_id: str, given: dict) -> dict:
	"""Keep an enquiry that a partner sends: {"name", "external_id", "result"}, `result` created or unchanged.

	What came before under this `external_id` stays as it came. `given`: the facts of a Client Enquiry under
	their own names, budgets in CNY, `phone`, `places` (names) and `consent`. Raises ValidationError with
	`field_errors`.
	"""
	external_id = partners.checked_id(external_id)
	key = external_key(partner.source_channel, external_id)
	if known := _sent(key):
		return _answer(known, external_id, "unchanged")
	enquiry = _read(partner, given)
	enquiry.update({"external_id": external_id, "external_key": key})
	with system_fields.writing(enquiry):
		# perm: its key is the partner's right to send enquiries
		is_first = unique.is_first(lambda: enquiry.insert(ignore_permissions=True))
	if not is_first:  # the same number was sent twice at once
		return _answer(_sent(key, for_update=True), external_id, "unchanged")
	enquiries.arrived(enquiry)
	return _answer(enquiry.name, external_id, "created")


def _read(partner, given: dict):
	"""The enquiry a partner sends; all that is wrong with it is refused at once."""
	forget_noted()
	if not given.get("consent"):
		note("consent", _("Say that the person consents: without it nothing is kept."))
	texts = guest_page.read_texts(BOXES, given, NEEDED)
	enquiry = enquiries.read(given, texts, _readers)
	if noted():
		partners.refuse_noted()
	enquiry.update({"partner": partner.name, "store": enquiry.store or partner.store})
	enquiries.set_source(enquiry, partner.source_channel)
	where = _("Where", frappe.get_system_settings("language"))  # the clerks' who read it
	enquiry.as_typed = guest_page.as_typed({where: texts["places"]})
	consent = _("{0} says that the person consented.").format(partner.partner_name)
	enquiry.update({"consented_at": now_datetime(), "consent_text": consent})
	return enquiry


def _readers(kind: str) -> dict[str, Reader]:
	reads: dict[str, Callable[[str], Decimal | int]] = {
		"budget": numbers.parse_rent if kind == "Rent" else _parse_yuan,
		"bedrooms": client_rows.parse_rooms,
		"area": numbers.parse_area,
	}
	return {name: one(name, reads[name[:-4]]) for name in NUMBERS}


def _parse_yuan(text: str) -> Decimal:
	return numbers.parse_price(text, "Yuan").amount


def _sent(key: str, for_update: bool = False) -> str | None:
	return frappe.db.get_value(enquiries.DOCTYPE, {"external_key": key}, for_update=for_update)


def _answer(name: str, external_id: str, result: str) -> dict:
	return {"name": name, "external_id": external_id, "result": result}
