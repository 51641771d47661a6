"""The owner's page: what somebody without an account may send, and how it is kept from misuse.

It lands as a Listing Enquiry, never straight in Listing or Client. Whatever is refused is refused before
anything is stored. Rules: platform.md "Pages, files, web".
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from decimal import Decimal
from secrets import choice, token_hex

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import add_to_date, cint, cstr, now_datetime
from frappe.utils.password import get_encryption_key

from agency_crm.domain import numbers
from agency_crm.domain.phones import parse_phone
from agency_crm.services import estates, secrets
from agency_crm.services.library import enquiries, media
from agency_crm.services.messages import check_all, forget_noted, note, noted, reading

DOCTYPE = "Listing Enquiry"
COOKIE = "agency_owner_page"
SUGGESTED = 8
SHORTEST = 2
NEEDED = ("estate", "gross_area", "enquirer_name", "phone")
# box -> most characters; a price, an area and an address are short by what they are
BOXES = {
	**{"estate": 80, "building_no": 20, "unit_no": 20, "room_no": 20, "layout": 40, "gross_area": 20},
	**{"asking_price": 20, "rent": 20, "remarks": 1000, "enquirer_name": 60, "phone": 40},
}
FACTS = ("estate", "building_no", "unit_no", "room_no", "layout", "gross_area", "asking_price", "rent")
# without 0/O and 1/I/L: it is read out on the phone
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TOKEN = re.compile(r"[0-9a-f-]{16,64}")


class PageClosedError(frappe.ValidationError):
	"""The agency takes no offers over the page; said as if there were none."""

	http_status_code = 404


def is_open() -> bool:
	"""Whether Agency Settings have the page on, and leave it any offers."""
	settings = frappe.get_cached_doc("Agency Settings")
	rules = ("owner_page_enabled", "enquiries_an_hour", "enquiries_a_day")
	return all(cint(settings.get(field)) for field in rules)


def consent_text() -> str:
	"""What an owner agrees to: the agency's words, else ours."""
	return cstr(frappe.get_cached_doc("Agency Settings").enquiry_consent).strip() or _(
		"I am the owner or act for the owner. I agree that the agency keeps my name, phone number, the facts of "
		"the home and its photos, and uses them to contact me and to prepare its sale or lease. I may have them "
		"corrected or deleted at any time."
	)


def form_token() -> str:
	"""The token of a page just opened, bound to a cookie that a page of another site can't send along."""
	seed = _seed() or token_hex(16)
	frappe.local.cookie_manager.set_cookie(COOKIE, seed, httponly=True, samesite="Strict")
	return _signed(seed)


def check_permission(token: str | None) -> None:
	"""Refuse a request that doesn't come from our page, and any while the page is closed.

	A guest has no session for Frappe's own check to hold on to, so the page brings its cookie and token.
	"""
	# what went wrong inside is nobody's business outside
	frappe.flags.disable_traceback = True
	if not is_open():
		frappe.throw(_("This page does not exist."), PageClosedError)
	seed = _seed()
	if not seed or not hmac.compare_digest(_signed(seed), cstr(token)):
		_refuse_stale()


def suggest(typed: str) -> list[str]:
	"""Names of estates that begin with what was typed, from two characters on."""
	return estates.names_like(typed, SUGGESTED) if len(typed.strip()) >= SHORTEST else []


def submit(offer: dict, photos: list[tuple[str, bytes]], token: str | None) -> str:
	"""Keep an owner's offer as a Listing Enquiry and return the number the owner is told.

	`offer`: listing_type, consent, and the texts of BOXES as typed (gross_area in m², asking_price in 万元,
	rent in 元 a month). `photos` are (name, content). A `token` that came before is answered with the number it
	got and stores nothing. Raises ValidationError with every fault in `field_errors`, RateLimitExceededError.
	"""
	if not TOKEN.fullmatch(cstr(token)):
		_refuse_stale()
	if known := _number_of(token):
		return known
	enquiry = _read(offer, photos)
	enquiry.update({"submission_token": token, "sender": _sender(), "reference_no": new_reference()})
	frappe.db.savepoint("enquiry")
	try:
		enquiry.insert(ignore_permissions=True)  # perm: a guest's; `check_permission` let them in
	except frappe.UniqueValidationError:
		# one page sent twice at once: the first is there by now, and shows only with a lock
		frappe.db.rollback(save_point="enquiry")
		frappe.clear_last_message()
		return _number_of(token, for_update=True)
	_check_limits(enquiry.sender)
	enquiries.attach(enquiry, photos)
	enquiries.tell_queue(enquiry)
	return enquiry.reference_no


def new_reference() -> str:
	"""A number that nobody guesses from another."""
	return "".join(choice(LETTERS) for _place in range(10))


def _read(offer: dict, photos: list[tuple[str, bytes]]):
	"""The enquiry an offer makes; where something is wrong, everything that is wrong is said at once."""
	forget_noted()
	texts = {box: cstr(offer.get(box)).strip() for box in BOXES}
	for box, longest in BOXES.items():
		if len(texts[box]) > longest:
			note(box, _("At most {0} characters.").format(longest))
	listing_type = offer.get("listing_type")
	price = "rent" if listing_type == "Lease" else "asking_price"
	for box in (*NEEDED, price):
		if not texts[box]:
			note(box, _("Please fill this in."))
	if listing_type not in ("Sale", "Lease"):
		note("listing_type", _("Please choose."))
	if not offer.get("consent"):
		note("consent", _("Please tick this: without your consent your offer can't be kept."))
	enquiry = frappe.new_doc(DOCTYPE)
	enquiry.update({"listing_type": "Lease" if price == "rent" else "Sale", **texts, "estate": None})
	enquiry.update(dict.fromkeys(("gross_area", "asking_price", "rent"), 0))
	number = _understood(enquiry, "phone", parse_phone, texts["phone"])
	enquiry.gross_area = _understood(enquiry, "gross_area", numbers.parse_area, texts["gross_area"])
	enquiry.set(price, _understood(enquiry, price, _PRICES[price], texts[price]))
	try:
		check_all(enquiry, (enquiries.read_facts, lambda _enquiry: _check_photos(photos)))
	except frappe.ValidationError:
		if not noted():
			raise
	if noted():
		frappe.clear_messages()
		frappe.throw(_("Please check what is marked."), title=_("Not Sent Yet"))
	found = estates.find(texts["estate"])
	enquiry.estate = found[0].name if len(found) == 1 else None
	enquiry.store = enquiries.store_for(enquiry.estate)
	enquiry.update({**secrets.seal(number), "as_typed": _as_typed(enquiry, texts)})
	enquiry.update({"consented_at": now_datetime(), "consent_text": consent_text()})
	return enquiry


_PRICES = {
	"asking_price": lambda text: numbers.parse_price(text, "Wan", _ask_above()).amount,
	"rent": numbers.parse_rent,
}


def _ask_above() -> Decimal:
	return Decimal(str(frappe.get_cached_doc("Agency Settings").ask_unit_above or "Infinity"))


def _understood(enquiry, box: str, parse: Callable, text: str):
	"""What a typed text means; nothing for one that is empty or not understood, which is noted."""
	try:
		with reading(enquiry, box):
			return parse(text) if text else None
	except frappe.ValidationError:
		return None


def _check_photos(photos: list[tuple[str, bytes]]) -> None:
	most = cint(frappe.get_cached_doc("Agency Settings").enquiry_photos_max)
	if len(photos) > most:
		note("photos", _("At most {0} photos.").format(most))
	for name, content in photos:
		try:
			media.check_upload(name, content, "Picture")
		except frappe.ValidationError as error:
			note("photos", cstr(error))
			raise


def _as_typed(enquiry, texts: dict[str, str]) -> str:
	labels = {box: _(enquiry.meta.get_label(box), context=DOCTYPE) for box in FACTS}
	return "\n".join(f"{label}: {texts[box]}" for box, label in labels.items() if texts[box])


def _check_limits(sender: str) -> None:
	"""Refuse what is too much from one address in an hour, or from all in a day.

	Asked after the insert, whose number of the series lets one offer through at a time.
	"""
	settings = frappe.get_cached_doc("Agency Settings")
	enquiry = frappe.qb.DocType(DOCTYPE)
	for rule, hours, more in (
		("enquiries_an_hour", 1, enquiry.sender == sender),
		("enquiries_a_day", 24, enquiry.name.isnotnull()),
	):
		since = enquiry.creation >= add_to_date(now_datetime(), hours=-hours)
		query = frappe.qb.from_(enquiry).select(Count("*")).where(since & more)
		if query.for_update().run()[0][0] > cint(settings.get(rule)):
			frappe.throw(
				_("We have received very many offers. Please try again later or call us."),
				frappe.RateLimitExceededError,
				title=_("Not Sent Yet"),
			)


def _number_of(token: str, for_update: bool = False) -> str | None:
	return frappe.db.get_value(DOCTYPE, {"submission_token": token}, "reference_no", for_update=for_update)


def _sender() -> str:
	"""Who sends, known again but not kept: the address under the site's key."""
	return secrets.hash_number(cstr(frappe.local.request_ip))


def _seed() -> str:
	return frappe.request.cookies.get(COOKIE, "") if frappe.request else ""


def _signed(seed: str) -> str:
	return hmac.new(get_encryption_key().encode(), f"owner page {seed}".encode(), hashlib.sha256).hexdigest()


def _refuse_stale() -> None:
	frappe.throw(_("The page was open for too long. Load it again."), frappe.CSRFTokenError)
