"""Secrets that no list and no form shows: revealed one at a time, for a logged reason, up to a daily limit.

Phone numbers are sealed in Client (services/privacy/secrets.py). Floor price, owner's notes and identity number
are in DocTypes that no role reads. Rules: docs/rules/visibility.md, "What no list shows", "Reveals".
"""

from urllib.parse import quote

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Date
from frappe.utils import (
	add_days,
	cint,
	cstr,
	flt,
	get_datetime,
	get_fullname,
	get_link_to_form,
	now_datetime,
	nowdate,
)

from agency_crm.domain.inputs.identity import id_key, parse_id_card
from agency_crm.domain.listings.record import price_field
from agency_crm.domain.phases import ENDED_PHASES
from agency_crm.domain.privacy import reveals as rules
from agency_crm.framework import notices, system_fields
from agency_crm.framework.messages import reading
from agency_crm.permissions import visibility
from agency_crm.permissions.reader import reader
from agency_crm.permissions.roles import ADMINISTRATOR, AGENT, ASSISTANT, MANAGER, OFFICER
from agency_crm.services.office import approvals
from agency_crm.services.privacy import known_numbers, secrets

PHONE = "Phone"
# what -> where it is kept: (the record it belongs to, the private DocType, its field)
PRIVATE = {
	"Floor Price": ("Listing", "Listing Private", "floor_price"),
	"Owner Notes": ("Listing", "Listing Private", "owner_notes"),
	"Identity Number": ("Client", "Client Private", "id_number"),
	"E-mail": ("Client", "Client Private", "email"),
}
# what a clerk's queue holds -> its field in the log
ENQUIRIES = {"Listing Enquiry": "enquiry", "Client Enquiry": "client_enquiry"}
CALLERS = (
	AGENT,
	ASSISTANT,
	OFFICER,
	MANAGER,
	ADMINISTRATOR,
)
USUAL_DAYS = 30  # what a user usually looks at is their average over these
ALL_AGENTS = "All Agents Who See the Listing"


class RevealLimitError(frappe.ValidationError):
	"""The user has looked at as many secrets today as Agency Settings allows."""


def reveal(what: str, doc, row: str | None = None, reason: str | None = None) -> list[dict]:
	"""Return [{"label", "value"}] of a secret of `doc`, a Client, a Listing or an enquiry, and log it.

	A number comes with "typed", what was typed where that says more.

	`row` is the name of the Client's phone row or of the Listing's owner row where `what` is "Phone": an
	owner's numbers come all. Prices are CNY. The log is written in the caller's transaction.
	Raises PermissionError, RevealLimitError, MandatoryError where the reason is missing, ValidationError
	where nothing is kept.
	"""
	_check_right(what, doc)
	reason = _checked_reason(reason)
	found = _phones(doc, row) if what == PHONE else _private(what, doc)
	if not found:
		frappe.throw(
			_("{0} {1}: nothing is kept under {2}.").format(
				_(doc.doctype),
				get_link_to_form(doc.doctype, doc.name),
				frappe.bold(_(what, context="Contact Reveal")),
			)
		)
	before, told = _day_so_far()
	_check_limit(before, len(found))
	logs = [_log(what, reason, values) for _shown, values in found]
	if not told:
		_tell_if_unusual(before + len(found), logs[-1])
	return [shown for shown, _log_values in found]


def keep(doctype: str, name: str, values: dict, reason: str | None = None) -> None:
	"""Write `values` into the private record of a Listing or Client, made if need be.

	That a floor price changed is kept in the listing's history, with the reason (Listing Private). Raises
	PermissionError for those whose work it isn't, and where Agency Settings leaves them out of floor prices.
	"""
	if not visibility.works_on(doctype, name):
		_refuse(doctype, name)
	private, link = f"{doctype} Private", doctype.lower()
	found = frappe.db.exists(private, name)
	doc = frappe.get_doc(private, name) if found else frappe.new_doc(private, **{link: name})
	doc.update(values)
	doc.flags.reason = reason
	doc.save(ignore_permissions=True)  # perm: no role has a right on it; whose work it is was asked above


def check_floor_price(private) -> None:
	"""Refuse a floor price above the asking price."""
	field = private.meta.get_label("floor_price")
	listing = frappe.db.get_value(
		"Listing", private.listing, ["listing_type", "asking_price", "rent"], as_dict=True
	)
	asked = listing.get(price_field(listing.listing_type))
	if not 0 <= flt(private.floor_price) <= flt(asked):
		frappe.throw(
			_("Listing {0}: {1} must lie between 0 and the price asked.").format(
				get_link_to_form("Listing", private.listing), frappe.bold(_(field, context=private.doctype))
			)
		)


def check_identity(private) -> None:
	"""Check an identity number, unless it was left as the stars that Frappe shows for it.

	The same person is found again by its Identity Number.
	"""
	if not private.id_number:
		private.identity_number = None
	if not private.id_number or private.is_dummy_password(private.id_number):
		return
	if private.id_type == "ID Card":
		with reading(private, "id_number"):
			private.id_number = parse_id_card(private.id_number)
	private.identity_number = secrets.keep_identity(id_key(private.id_number))
	known_numbers.tell_same_person(private)


def forget(doc) -> None:
	"""Delete the private record of a Client or Listing that is deleted."""
	frappe.delete_doc(
		f"{doc.doctype} Private",
		doc.name,
		ignore_missing=True,
		ignore_permissions=True,  # perm: follows its record, whose deletion was allowed
	)


def _check_right(what: str, doc) -> None:
	doc.check_permission("read")
	if what == PHONE:
		allowed = doc.doctype in MAY_CALL and MAY_CALL[doc.doctype](doc.name)
	else:
		allowed = PRIVATE[what][0] == doc.doctype and visibility.works_on(doc.doctype, doc.name)
	if not allowed:
		_refuse(doc.doctype, doc.name)


def _may_call_owner(listing: str) -> bool:
	"""Whether the user may call the owner: maintainer, role holders, managers; by a setting any reader."""
	to_all = frappe.get_cached_doc("Agency Settings").owner_phone_for == ALL_AGENTS
	return visibility.works_on("Listing", listing) or (to_all and reader().has(*CALLERS))


def _may_call(client: str) -> bool:
	"""Whether the user may call a client they see; a pool's client who owns a listing is called as an owner."""
	if visibility.works_on("Client", client):
		return True
	listing, owner = frappe.qb.DocType("Listing"), frappe.qb.DocType("Listing Owner")
	owned = (
		frappe.qb.from_(owner)
		.join(listing)
		.on(listing.name == owner.parent)
		.select(listing.name)
		.where((owner.client == client) & listing.phase.notin(ENDED_PHASES))
	).run(pluck=True)
	return reader().has(*CALLERS) and (not owned or any(map(_may_call_owner, owned)))


# DocType -> who may call; an enquiry is called by whoever's queue it stands in
MAY_CALL = {
	"Listing": _may_call_owner,
	"Client": _may_call,
	**dict.fromkeys(ENQUIRIES, lambda _enquiry: True),
}


def _phones(doc, row: str | None) -> list[tuple]:
	"""(shown, log) of the Client's row, of every row of the Listing's owner, of the enquiry."""
	if doc.doctype in ENQUIRIES:
		log = {ENQUIRIES[doc.doctype]: doc.name, "number_masked": doc.number_masked}
		return [(_number(doc), log)]
	chosen = next((child for child in doc.get(_table(doc)) if child.name == row), None)
	if not chosen:
		frappe.throw(
			_("{0} {1} has no such row any more: open it again.").format(_(doc.doctype), doc.name),
			frappe.DoesNotExistError,
		)
	log = {"client": doc.name}
	rows = [chosen]
	if doc.doctype == "Listing":
		log = {"client": chosen.client, "listing": doc.name}
		rows = frappe.get_doc("Client", chosen.client).phones
	return [(_number(phone), {**log, "number_masked": phone.number_masked}) for phone in rows]


def _number(row) -> dict:
	typed = secrets.open_typed(row)
	shown = {"label": row.number_masked, "value": secrets.open_number(row)}
	return {**shown, "typed": typed} if typed else shown


def _table(doc) -> str:
	return "owners" if doc.doctype == "Listing" else "phones"


def _private(what: str, doc) -> list[tuple]:
	__, private, field = PRIVATE[what]
	if not frappe.db.exists(private, doc.name):
		return []
	kept = frappe.get_doc(private, doc.name)
	encrypted = kept.meta.get_field(field).fieldtype == "Password"
	value = kept.get_password(field, raise_exception=False) if encrypted else kept.get(field)
	shown = {"label": _(what, context="Contact Reveal"), "value": value}
	return [(shown, {doc.doctype.lower(): doc.name})] if value else []


def _checked_reason(reason: str | None) -> str:
	reason = cstr(reason).strip()
	if not reason and frappe.get_cached_doc("Agency Settings").reveal_reason_required:
		frappe.throw(_("Say why you need it: the reason stands in the log."), frappe.MandatoryError)
	return reason


def _day_so_far() -> tuple[int, bool]:
	"""Return how many secrets the user saw today, and whether a manager was told.

	Of two requests at once the second waits for the user's row, then counts the first.
	"""
	frappe.db.get_value("User", frappe.session.user, "name", for_update=True)
	# read with a lock: this transaction's snapshot is older than the wait
	told = _shown_since(nowdate()).select("manager_told").for_update().run(pluck=True)
	return len(told), any(told)


def _check_limit(before: int, more: int) -> None:
	settings = frappe.get_cached_doc("Agency Settings")
	by_role = {row.role: cint(row.a_day) for row in settings.reveal_limits}
	limit = rules.daily_limit(frappe.get_roles(), by_role, cint(settings.reveal_daily_limit))
	if limit != rules.NO_LIMIT and before + more > limit:
		frappe.throw(
			_(
				"You have looked at {0} numbers today; the limit is {1} a day. Ask your manager to make the call."
			).format(before, limit),
			RevealLimitError,
			title=_("Limit of the Day"),
		)


def _tell_if_unusual(today: int, log) -> None:
	"""Notify the manager above, once a day, of a user who looks at unusually many; `log` is the last one."""
	settings = frappe.get_cached_doc("Agency Settings")
	alert = rules.Alert(
		cint(settings.reveal_alert_from), flt(settings.reveal_alert_times), cint(settings.reveal_alert_least)
	)
	if today < alert.least or not rules.is_unusual(today, _usual(), alert):
		return
	log.db_set("manager_told", 1, update_modified=False)
	user = frappe.session.user

	def subject() -> str:
		return _("{0} has looked at {1} numbers today, unusually many.").format(get_fullname(user), today)

	link = f"/app/contact-reveal?user={quote(user)}"
	notices.tell(_watching(user), subject, log.doctype, log.name, link)


def _usual() -> float:
	"""Return the user's average over the recent days on which they looked at any; 0 without."""
	day = Date(frappe.qb.DocType("Contact Reveal").revealed_at)
	past = _shown_since(add_days(nowdate(), -USUAL_DAYS)).where(day < nowdate())
	days = past.select(Count("*")).groupby(day).run(pluck=True)
	return sum(days) / len(days) if days else 0


def _shown_since(day: str):
	"""Ask for what the user was shown since the morning of a day; a number that was only checked isn't shown."""
	log = frappe.qb.DocType("Contact Reveal")
	since = log.revealed_at >= get_datetime(day)
	return frappe.qb.from_(log).where(
		(log.user == frappe.session.user) & since & (log.what != known_numbers.CHECK)
	)


def _watching(user: str) -> list[str]:
	"""The nearest manager above a user who isn't themselves; with none, the administrators."""
	above = [manager for manager in approvals.managers_above(reader().store) if manager != user]
	return above[:1] or approvals.administrators()


def _log(what: str, reason: str, values: dict):
	row = frappe.new_doc("Contact Reveal", what=what, reason=reason, **values)
	row.update({"user": frappe.session.user, "revealed_at": now_datetime()})
	with system_fields.writing(row):
		return row.insert(ignore_permissions=True)  # perm: the log is the system's, nobody writes it by hand


def _refuse(doctype: str, name: str) -> None:
	frappe.throw(
		_("{0} {1}: only those who work on it and the managers above may do this.").format(_(doctype), name),
		frappe.PermissionError,
		title=_("Not Shown to You"),
	)
