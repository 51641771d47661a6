"""Our public pages for people without an account: protection from misuse, and what they share.

What is sent lands in the queue of a DocType (services/intake/queues.py), never in the books. It is checked
before anything is stored. Rules: docs/rules/platform.md, "Pages for guests".
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from secrets import choice, token_hex

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import add_to_date, cint, cstr, now_datetime
from frappe.utils.password import get_encryption_key

from agency_crm.domain.inputs import numbers
from agency_crm.domain.inputs.text import cell_text
from agency_crm.framework import headers, system_fields, unique
from agency_crm.framework.messages import forget_noted, note, noted
from agency_crm.services.privacy import secrets

COOKIE = "agency_page"
SUGGESTED = 8
SHORTEST = 2
# without 0/O and 1/I/L: it is read out on the phone
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TOKEN = re.compile(r"[0-9a-f-]{16,64}")


class PageClosedError(frappe.ValidationError):
	"""The page is switched off; the answer is the same as if it didn't exist."""

	http_status_code = 404


@dataclass(frozen=True)
class GuestPage:
	"""A page: the DocType its enquiries become, the fields of Agency Settings that rule it, its boxes."""

	doctype: str
	switch: str
	an_hour: str  # most enquiries from one address
	a_day: str  # most enquiries in all
	consent: str
	standard_consent: Callable[[], str]  # where the agency has no words of its own
	boxes: dict[str, int]  # box -> most characters

	def is_open(self) -> bool:
		"""Whether Agency Settings have the page on, and leave it any enquiries."""
		return all(cint(self._rule(field)) for field in (self.switch, self.an_hour, self.a_day))

	def consent_text(self) -> str:
		"""What people agree to: the agency's words, else ours."""
		return cstr(self._rule(self.consent)).strip() or self.standard_consent()

	def show(self, context) -> bool:
		"""Fill a page's template with what all pages show; return False while the page is switched off."""
		headers.only_own_scripts()
		# the agency's language, not the browser's: so are its places and its words of consent
		context.language = frappe.local.lang = frappe.get_system_settings("language") or frappe.local.lang
		context.is_open = self.is_open()
		if not context.is_open:
			# not raised: Frappe would remember the address as missing after it is switched on again
			context.http_status_code = 404
			return False
		context.form_token = self.form_token()
		context.consent_text = self.consent_text()
		context.longest = self.boxes
		# of somebody who is logged in; Frappe asks for it then
		context.session_token = frappe.session.data.csrf_token or ""
		return True

	def form_token(self) -> str:
		"""Return a token for a page just opened, bound to a cookie that other sites can't send along."""
		seed = _seed() or token_hex(16)
		frappe.local.cookie_manager.set_cookie(COOKIE, seed, httponly=True, samesite="Strict")
		return self._signed(seed)

	def check_permission(self, token: str | None) -> None:
		"""Refuse a request that doesn't come from the page, and any while it is closed.

		A guest has no session for Frappe's own CSRF check, so the page sends its cookie and token.
		"""
		if not self.is_open():
			frappe.throw(_("This page does not exist."), PageClosedError)
		seed = _seed()
		if not seed or not hmac.compare_digest(self._signed(seed), cstr(token)):
			_refuse_stale()

	def texts(self, sent: dict, needed: Iterable[str]) -> dict[str, str]:
		"""What was typed into each box; what is missing or too long, and a consent not given, is noted."""
		forget_noted()
		if not sent.get("consent"):
			note("consent", _("Please tick this: without your consent we can't keep what you send."))
		return read_texts(self.boxes, sent, needed)

	def keep(
		self, token: str | None, read: Callable[[], Document], arrived: Callable[[Document], None]
	) -> str:
		"""Insert the enquiry that `read` makes and return the number its sender is told.

		`arrived` does what follows, in the same transaction. A `token` that came before is answered with the
		number it got and stores nothing. Raises RateLimitExceededError.
		"""
		if not TOKEN.fullmatch(cstr(token)):
			_refuse_stale()
		if known := self._number_of(token):
			return known
		enquiry = read()
		enquiry.update({"submission_token": token, "sender": _sender(), "reference_no": new_reference()})
		enquiry.update({"consented_at": now_datetime(), "consent_text": self.consent_text()})
		with system_fields.writing(enquiry):
			# perm: a guest's; `check_permission` let them in
			is_first = unique.is_first(lambda: enquiry.insert(ignore_permissions=True))
		if not is_first:  # one page was sent twice at once
			return self._number_of(token, for_update=True)
		self._check_limits(enquiry.sender)
		arrived(enquiry)
		return enquiry.reference_no

	def _check_limits(self, sender: str) -> None:
		"""Refuse too many enquiries from one address in an hour, or from all in a day.

		Counted after the insert: drawing the series' number lets one enquiry through at a time.
		"""
		enquiry = frappe.qb.DocType(self.doctype)
		from_pages = enquiry.submission_token.isnotnull()
		for rule, hours, more in ((self.an_hour, 1, enquiry.sender == sender), (self.a_day, 24, from_pages)):
			since = enquiry.creation >= add_to_date(now_datetime(), hours=-hours)
			query = frappe.qb.from_(enquiry).select(Count("*")).where(since & more)
			if query.for_update().run()[0][0] > cint(self._rule(rule)):
				frappe.throw(
					_("We have received very many enquiries. Please try again later or call us."),
					frappe.RateLimitExceededError,
					title=_("Not Sent Yet"),
				)

	def _number_of(self, token: str, for_update: bool = False) -> str | None:
		sent = {"submission_token": token}
		return frappe.db.get_value(self.doctype, sent, "reference_no", for_update=for_update)

	def _rule(self, field: str):
		return frappe.get_cached_doc("Agency Settings").get(field)

	def _signed(self, seed: str) -> str:
		text = f"{self.doctype} {seed}"
		return hmac.new(get_encryption_key().encode(), text.encode(), hashlib.sha256).hexdigest()


def read_texts(boxes: dict[str, int], sent: dict, needed: Iterable[str]) -> dict[str, str]:
	"""The texts sent for `boxes` (name -> most characters); what is too long, or needed and missing, is noted."""
	texts = {box: cell_text(sent.get(box)).strip() for box in boxes}
	for box, longest in boxes.items():
		if len(texts[box]) > longest:
			note(box, _("At most {0} characters.").format(longest))
	for box in needed:
		if not texts[box]:
			note(box, _("Please fill this in."))
	return texts


def refuse_noted() -> None:
	"""Refuse what was noted of an enquiry, all of it at once; nothing where nothing was."""
	if noted():
		frappe.clear_messages()
		frappe.throw(_("Please check what is marked."), title=_("Not Sent Yet"))


def suggest(typed: str, *searches: Callable[[str, int], list[str]]) -> list[str]:
	"""At most SUGGESTED names that begin with what was typed, from two characters on."""
	if len(typed.strip()) < SHORTEST:
		return []
	names = (name for search in searches for name in search(typed, SUGGESTED))
	return list(dict.fromkeys(names))[:SUGGESTED]


def parse_wan(text: str) -> Decimal:
	"""The amount in CNY typed into a box of 万元; one that may be meant in 元 is asked about."""
	ask_above = frappe.get_cached_doc("Agency Settings").ask_unit_above
	return numbers.parse_price(text, "Wan", Decimal(str(ask_above or "Infinity"))).amount


def as_typed(texts: dict[str, str]) -> str:
	"""Label -> text of an enquiry's boxes as they were typed: a line each that says something."""
	return "\n".join(f"{label}: {', '.join(text.splitlines())}" for label, text in texts.items() if text)


def new_reference() -> str:
	"""Return a number that can't be guessed from another."""
	return "".join(choice(LETTERS) for _place in range(10))


def _sender() -> str:
	"""Return a hash of the sender's address under the site's key: it is recognised but not stored."""
	return secrets.hash_number(cstr(frappe.local.request_ip))


def _seed() -> str:
	return frappe.request.cookies.get(COOKIE, "") if frappe.request else ""


def _refuse_stale() -> None:
	frappe.throw(_("The page was open for too long. Load it again."), frappe.CSRFTokenError)
