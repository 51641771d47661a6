"""The public page on which people without an account say what they look for (services/intake/guest_page.py).

It makes a Client Enquiry, never a Client, and never tells whether a number is known.
"""

import frappe
from frappe import _
from frappe.utils import cstr

from agency_crm.domain.importing import client_rows
from agency_crm.domain.importing.base import Reader
from agency_crm.framework.messages import note, noted
from agency_crm.services.intake import client_enquiries, guest_page
from agency_crm.services.intake.guest_page import GuestPage
from agency_crm.services.places import estates, territories

NEEDED = ("budget", "enquirer_name", "phone")
# where a visitor came from: kept as long as a field is, never refused
LANDING = {"referral": 40, "campaign": 80}
PAGE = GuestPage(
	client_enquiries.DOCTYPE,
	switch="client_page_enabled",
	an_hour="client_enquiries_an_hour",
	a_day="client_enquiries_a_day",
	consent="client_enquiry_consent",
	standard_consent=lambda: _(
		"I agree that the agency keeps my name, phone number and what I look for, and uses them to contact me "
		"and to find me a home. I may have them corrected or deleted at any time."
	),
	boxes={
		**{"budget": 40, "bedrooms": 20, "area": 40, "places": 400, "remarks": 1000},
		**{"enquirer_name": 60, "phone": 40},
	},
)


def suggest(typed: str) -> list[str]:
	"""Names of business circles and estates that begin with what was typed, from two characters on."""
	return guest_page.suggest(typed, territories.names_like, estates.names_like)


def submit(wish: dict, token: str | None) -> str:
	"""Keep what somebody looks for as a Client Enquiry and return the number they are told.

	`wish`: requirement_type, consent, the ticks of NEEDS, and the texts of the page's boxes as typed: `budget`
	a range in 万元 to buy, in 元 a month to rent, `area` a range in m², `places` names. `referral` is the code of
	a friend's link, `campaign` what brought them. A `token` that came before is answered with the number it got
	and stores nothing. Raises ValidationError with every fault in `field_errors`, RateLimitExceededError.
	"""
	return PAGE.keep(token, lambda: _read(wish), client_enquiries.arrived)


def _read(wish: dict):
	"""The enquiry a wish makes; where something is wrong, everything that is wrong is said at once."""
	texts = PAGE.texts(wish, NEEDED)
	enquiry = client_enquiries.read(wish, texts, _readers)
	for field in [field for field in noted() if field.endswith(("_min", "_max"))]:
		note(field[:-4], noted().pop(field))  # a range's ends share its box
	guest_page.refuse_noted()
	landing = {name: cstr(wish.get(name)).strip()[:longest] for name, longest in LANDING.items()}
	client_enquiries.set_source(enquiry, landing["campaign"], landing["referral"])
	language = frappe.get_system_settings("language")  # the clerks' who read it, not the browser's
	labels = {
		"places": _("Where", language),
		"budget": _("Budget", language),
		"bedrooms": _("Bedrooms", language, "Client Enquiry"),
		"area": _("Area (m²)", language),
	}
	enquiry.as_typed = guest_page.as_typed({label: texts[box] for box, label in labels.items()})
	return enquiry


def _readers(kind: str) -> dict[str, Reader]:
	return {
		"budget": client_rows.BUDGETS["budget_typed"](kind),
		"bedrooms": client_rows.READERS["bedrooms"],
		"area": client_rows.READERS["area"],
	}
