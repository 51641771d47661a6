"""Partners who send listings by REST: their key, and what they may do with their listings.

Enquiries they send: services/intake/portals.py. A partner's user has one role without rights on any DocType:
its Listing Partner decides, here, what it may do. How it is called: docs/partners.md. Prices are CNY, areas m².
"""

from datetime import timedelta
from decimal import Decimal

import frappe
from frappe import _
from frappe.core.doctype.file.utils import get_content_hash
from frappe.utils import cstr, now_datetime

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing import listing_rows
from agency_crm.domain.inputs.text import cell_text
from agency_crm.domain.listings import record as rules
from agency_crm.domain.phases import DEAD, DRAFT, HELD, LIVE
from agency_crm.framework import unique, workflow_guard
from agency_crm.framework.messages import forget_noted, judge, note, noted
from agency_crm.permissions.roles import PARTNER
from agency_crm.services.intake import listing_enquiries
from agency_crm.services.listings import media
from agency_crm.services.places import estates
from agency_crm.services.rating import tags

DOCTYPE = "Listing Partner"
SUGGESTED = 5
# a column of an import is read as the fact of the same name, but for this one
COLUMNS = {"asking_price": "price_yuan"}
CHANGEABLE = (DRAFT, LIVE, HELD)


class ClosedListingError(frappe.ValidationError):
	"""The listing has a deal or is off the market."""

	http_status_code = 409


class AddressTakenError(frappe.ValidationError):
	"""Another listing has the address; the partner isn't told whose."""

	http_status_code = 409


def check_partner(partner) -> None:
	"""Require a single store for a partner, no group of stores."""
	if frappe.get_cached_value("Store", partner.store, "is_group"):
		frappe.throw(_("{0} is a group of stores. Choose one of them.").format(frappe.bold(partner.store)))


def make_user(partner) -> None:
	"""Give a new partner its user: no desk, no password, no mail."""
	name = f"partner-{frappe.generate_hash(length=10)}@partner.invalid"
	user = frappe.new_doc("User", email=name, first_name=partner.partner_name, send_welcome_email=0)
	user.append_roles(PARTNER)
	user.flags.no_welcome_mail = True
	user.insert(ignore_permissions=True)  # perm: made with its partner, by who may make one
	partner.db_set("user", user.name)


def keep_key(partner) -> None:
	"""Delete the key of a partner that is switched off."""
	if not partner.is_active and partner.key_made_on:
		frappe.db.set_value("User", partner.user, "api_key", None)
		partner.db_set("key_made_on", None)


def make_key(partner) -> dict[str, str]:
	"""Replace a partner's key: {"api_key", "api_secret"}, shown this once."""
	if not partner.is_active:
		frappe.throw(_("{0} is switched off.").format(frappe.bold(partner.partner_name)))
	if PARTNER not in frappe.get_roles(partner.user):
		frappe.throw(_("{0} is no partner's user.").format(frappe.bold(partner.user)))
	key = {"api_key": frappe.generate_hash(length=20), "api_secret": frappe.generate_hash(length=40)}
	user = frappe.get_doc("User", partner.user)
	user.update(key)
	user.save(ignore_permissions=True)  # perm: only who may write the partner comes here
	partner.db_set("key_made_on", now_datetime())
	return key


def current() -> frappe._dict:
	"""The partner whose key the request came with; counts the request.

	Raises PermissionError, RateLimitExceededError.
	"""
	fields = ["name", "partner_name", "source_channel", "store", "maintainer", "requests_an_hour"]
	mine = {"user": frappe.session.user, "is_active": 1}
	partner = frappe.db.get_value(DOCTYPE, mine, fields, as_dict=True)
	if not partner:
		frappe.throw(_("No active partner has this key."), frappe.PermissionError)
	_count_request(partner)
	return partner


def put(partner, external_id: str, given: dict) -> dict:
	"""Make or change the partner's listing `external_id`: {"name", "external_id", "result"}.

	`given`: `estate` (its name or an alias), `business_circle` where several bear it, and facts of a Listing
	under their own names; None stays as it is. `result` is created, updated or unchanged. Raises ValidationError
	with `field_errors`, AddressTakenError, ClosedListingError.
	"""
	external_id = checked_id(external_id)
	forget_noted()
	facts = _read(given)
	name = _own(partner, external_id)
	if not name:
		listing = frappe.new_doc("Listing", **facts)
		listing.update({"source_channel": partner.source_channel, "external_id": external_id})
		listing.update({"store": partner.store, "maintainer": partner.maintainer})
		_check(listing)
		if _insert(listing):
			return _answer(listing, "created")
		# the same number was sent twice at once
		name = _own(partner, external_id, for_update=True)
	if not name:
		frappe.throw(_("This address is already listed."), AddressTakenError)
	return _change(partner, name, facts)


def status(partner, external_id: str) -> dict:
	"""How a listing of the partner stands: name, external_id, status, phase, listing_type, title, prices, photos."""
	listing = _get(partner, external_id)
	shown = ("status", "phase", "listing_type", "title", "asking_price", "rent", "modified")
	photos = sum(row.slot in media.PHOTOS for row in listing.media)
	return {**_identity(listing), **{field: listing.get(field) for field in shown}, "photos": photos}


def withdraw(partner, external_id: str, reason: str) -> dict:
	"""Take a listing of the partner off the market; one that is off stays so."""
	listing, reason = _get(partner, external_id, for_update=True), cstr(reason).strip()
	if listing.phase == DEAD:
		return _answer(listing, "unchanged")
	_check_open(listing)
	if not reason:
		_refuse("reason", _("Say why."))
	workflow_guard.move(listing, DEAD, "Withdrawn", f"{partner.partner_name}: {reason}")
	return _answer(listing, "withdrawn")


def add_photo(partner, external_id: str, slot: str, name: str, content: bytes) -> dict:
	"""Add a photo to a listing of the partner; the same picture again changes nothing."""
	listing = _get(partner, external_id, for_update=True)
	_check_open(listing)
	if slot not in media.PHOTOS:
		_refuse("slot", _("One of: {0}.").format(", ".join(media.PHOTOS)))
	media.check_upload(name, content, "Picture")
	name, content = media.ready(name, content)
	home = {"attached_to_doctype": "Listing", "attached_to_name": listing.name}
	if frappe.db.exists("File", {**home, "content_hash": get_content_hash(content)}):
		return _answer(listing, "unchanged")
	values = {"file_name": name, "content": content, "is_private": 1, **home}
	file = frappe.get_doc({"doctype": "File", **values})
	file.flags.by_system = True
	file.insert(ignore_permissions=True)  # perm: of the partner's own listing
	listing.append("media", {"slot": slot, "file": file.file_url})
	listing.save(ignore_permissions=True)  # perm: the partner's own listing
	return _answer(listing, "created")


def _count_request(partner) -> None:
	hour = f"{now_datetime():%Y%m%d%H}"
	key = frappe.cache.make_key(f"partner requests {partner.name} {hour}")
	count = frappe.cache.incrby(key, 1)
	if count == 1:
		frappe.cache.expire(key, timedelta(hours=1))
	if count > partner.requests_an_hour:
		frappe.throw(
			_("More than {0} requests this hour. Go on in the next.").format(partner.requests_an_hour),
			frappe.RateLimitExceededError,
		)


def checked_id(external_id: str) -> str:
	"""A partner's number of a record, trimmed. Raises ValidationError."""
	external_id = cstr(external_id).strip()
	if not 0 < len(external_id) <= 80:
		_refuse("external_id", _("1 to 80 characters."))
	return external_id


def _read(given: dict) -> dict:
	"""The facts of a listing that were given, read as an import reads them; all that isn't understood is noted."""
	given = {name: cell_text(value).strip() for name, value in given.items()}
	facts: dict = {}
	circle = given.pop("business_circle")
	for name, text in given.items():
		if not text:
			continue
		if name == "estate":
			facts["estate"] = _find_estate(text, circle)
		elif text in _options(name):
			facts[name] = text
		else:
			facts.update(_read_fact(name, text))
	return facts


def _read_fact(name: str, text: str) -> dict:
	try:
		read = listing_rows.READERS[COLUMNS.get(name, name)](text)
	except DomainError as error:
		note(name, _(error.template).format(*error.params))
		return {}
	meta = frappe.get_meta("Listing")
	facts = {
		field: float(value) if isinstance(value, Decimal) else value
		for field, value in read.items()
		if value is not None and meta.has_field(field)
	}
	if word := read.get("duplex"):
		facts["tags"] = [{"tag": tag} for tag in tags.ensure([word]).values()]
	return facts


def _options(name: str) -> list[str]:
	field = frappe.get_meta("Listing").get_field(name)
	return cstr(field.options).split("\n") if field.fieldtype == "Select" else []


def _find_estate(name: str, circle: str) -> str | None:
	found = [row for row in estates.find(name) if not circle or row.territory == circle]
	if len(found) == 1:
		return found[0].name
	if found:
		circles = ", ".join(cstr(row.territory) for row in found)
		note(
			"estate",
			_("{0} estates are called so; say in business_circle which: {1}").format(len(found), circles),
		)
	else:
		near = ", ".join(estates.names_like(name[:2], SUGGESTED, inside=True)) or "-"
		note("estate", _("{0} is not in the dictionary of estates. There are: {1}").format(name, near))
	return None


def _check(listing) -> None:
	"""Refuse all that is wrong with the facts at once, by field."""
	if not listing.estate:
		note("estate", _("Say which estate."))
	judge(listing, listing_enquiries.CHECKS)
	if noted():
		refuse_noted()


def _refuse(field: str, message: str) -> None:
	note(field, message)
	refuse_noted()


def refuse_noted() -> None:
	"""Refuse what was noted, each by its field."""
	frappe.clear_messages()
	frappe.throw("; ".join(f"{field}: {message}" for field, message in noted().items()))


def _insert(listing) -> bool:
	"""Insert a listing as the form would; False where its number or its address is taken."""
	try:
		# perm: its key is the partner's right to send listings
		return unique.is_first(lambda: listing.insert(ignore_permissions=True), frappe.DuplicateEntryError)
	except frappe.MandatoryError:
		for field, _message in listing._get_missing_mandatory_fields():
			note(field, _("This agency needs it."))
		raise


def _change(partner, name: str, facts: dict) -> dict:
	listing = frappe.get_doc("Listing", name, for_update=True)
	there = {row.tag for row in listing.tags}
	tagged = [row for row in facts.pop("tags", ()) if row["tag"] not in there]
	wanted = frappe.copy_doc(listing).update(facts)
	_check(wanted)
	changes = {field: wanted.get(field) for field in facts if _differs(listing.get(field), wanted.get(field))}
	if not changes and not tagged:
		return _answer(listing, "unchanged")
	_check_open(listing)
	listing.extend("tags", tagged)
	listing.update({**changes, "price_reason": _("Sent by {0}").format(partner.partner_name)})
	# perm: the partner's own listing
	if unique.is_first(lambda: listing.save(ignore_permissions=True), frappe.DuplicateEntryError):
		return _answer(listing, "updated")
	frappe.throw(_("This address is already listed."), AddressTakenError)


def _differs(old, new) -> bool:
	return cell_text(old) != cell_text(new)


def _own(partner, external_id: str, for_update: bool = False) -> str | None:
	key = {"external_key": rules.external_key(partner.source_channel, external_id)}
	return frappe.db.get_value("Listing", key, for_update=for_update)


def _get(partner, external_id: str, for_update: bool = False):
	"""Return the partner's own listing; another partner's counts as missing."""
	name = _own(partner, checked_id(external_id))
	if not name:
		frappe.throw(_("You have sent no listing {0}.").format(external_id), frappe.DoesNotExistError)
	return frappe.get_doc("Listing", name, for_update=for_update)


def _check_open(listing) -> None:
	if listing.phase not in CHANGEABLE:
		frappe.throw(
			_("The listing is {0} and can't be changed any more.").format(
				_(listing.status, context="Listing")
			),
			ClosedListingError,
		)


def _identity(listing) -> dict:
	return {"name": listing.name, "external_id": listing.external_id}


def _answer(listing, result: str) -> dict:
	return {**_identity(listing), "result": result}
