"""The public page on which owners without an account offer a home (services/intake/guest_page.py).

It makes a Listing Enquiry, never a Listing or Client.
"""

import frappe
from frappe import _
from frappe.utils import cint, cstr

from agency_crm.domain.inputs import numbers
from agency_crm.domain.listings.record import price_field
from agency_crm.framework import pictures
from agency_crm.framework.messages import judge, label, note, understood
from agency_crm.services.intake import guest_page, listing_enquiries, queues
from agency_crm.services.intake.guest_page import GuestPage
from agency_crm.services.listings import media
from agency_crm.services.places import estates
from agency_crm.services.privacy import secrets

NEEDED = ("estate", "gross_area", "enquirer_name", "phone")
# the most that a stranger's photos may cost to decode: each, and together
PHOTO_MEGAPIXELS, PAGE_MEGAPIXELS = 24, 120
PRICES = {"asking_price": guest_page.parse_wan, "rent": numbers.parse_rent}
FACTS = ("estate", "building_no", "unit_no", "room_no", "layout", "gross_area", "asking_price", "rent")
PAGE = GuestPage(
	listing_enquiries.DOCTYPE,
	switch="owner_page_enabled",
	an_hour="enquiries_an_hour",
	a_day="enquiries_a_day",
	consent="enquiry_consent",
	standard_consent=lambda: _(
		"I am the owner or act for the owner. I agree that the agency keeps my name, phone number, the facts of "
		"the home and its photos, and uses them to contact me and to prepare its sale or lease. I may have them "
		"corrected or deleted at any time."
	),
	# a price, an area and an address are short by what they are
	boxes={
		**{"estate": 80, "building_no": 20, "unit_no": 20, "room_no": 20, "layout": 40, "gross_area": 20},
		**{"asking_price": 20, "rent": 20, "remarks": 1000, "enquirer_name": 60, "phone": 40},
	},
)


def suggest(typed: str) -> list[str]:
	"""Names of estates that begin with what was typed, from two characters on."""
	return guest_page.suggest(typed, estates.names_like)


def submit(offer: dict, photos: list[tuple[str, bytes]], token: str | None) -> str:
	"""Keep an owner's offer as a Listing Enquiry and return the number the owner is told.

	`offer`: listing_type, consent, and the texts of the page's boxes as typed (gross_area in m², asking_price
	in 万元, rent in 元 a month). `photos` are (name, content). A `token` that came before is answered with the
	number it got and stores nothing. Raises ValidationError with every fault in `field_errors`,
	RateLimitExceededError.
	"""

	def arrived(enquiry):
		listing_enquiries.attach(enquiry, photos)
		listing_enquiries.tell_queue(enquiry)

	return PAGE.keep(token, lambda: _read(offer, photos), arrived)


def _read(offer: dict, photos: list[tuple[str, bytes]]):
	"""The enquiry an offer makes; where something is wrong, everything that is wrong is said at once."""
	listing_type = offer.get("listing_type")
	price = price_field(listing_type)
	texts = PAGE.texts(offer, (*NEEDED, price))
	if listing_type not in ("Sale", "Lease"):
		note("listing_type", _("Please choose."))
	enquiry = frappe.new_doc(listing_enquiries.DOCTYPE)
	enquiry.update({"listing_type": "Lease" if price == "rent" else "Sale", **texts, "estate": None})
	enquiry.update(dict.fromkeys(("gross_area", "asking_price", "rent"), 0))
	number = understood(enquiry, "phone", secrets.read_number, texts["phone"])
	enquiry.gross_area = understood(enquiry, "gross_area", numbers.parse_area, texts["gross_area"])
	enquiry.set(price, understood(enquiry, price, PRICES[price], texts[price]))
	judge(enquiry, (listing_enquiries.read_facts, lambda _enquiry: _check_photos(photos)))
	guest_page.refuse_noted()
	found = estates.find(texts["estate"])
	enquiry.estate = found[0].name if len(found) == 1 else None
	enquiry.store = queues.store_for(found[0].territory) if enquiry.estate else None
	typed = guest_page.as_typed({label(enquiry, box): texts[box] for box in FACTS})
	enquiry.update({**secrets.seal(number, texts["phone"]), "as_typed": typed})
	return enquiry


def _check_photos(photos: list[tuple[str, bytes]]) -> None:
	"""Check what was sent, and put in its place what is kept of it."""
	most = cint(frappe.get_cached_doc("Agency Settings").enquiry_photos_max)
	if len(photos) > most:
		note("photos", _("At most {0} photos.").format(most))
	left = PAGE_MEGAPIXELS
	for number, (name, content) in enumerate(photos[:most]):
		try:
			media.check_upload(name, content, "Picture", megapixels=PHOTO_MEGAPIXELS)
			left -= pictures.megapixels(content)
			if left < 0:
				frappe.throw(_("The photos together are too large. Send fewer, or smaller ones."))
			photos[number] = media.ready(name, content)
		except frappe.ValidationError as error:
			note("photos", cstr(error))
			raise
