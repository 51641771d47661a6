"""Verifying a listing 核验: asked of an agent, shown by evidence, approved or refused, repeated in time.

Kinds: Existence (the home is there and for sale at this price), Ownership Certificate, Site Survey, Key,
Mandate. A listing has one open request of a kind at a time. What happens to the listing:

- Sent for verification, its Existence is asked for. Approving that brings it onto the market; passing it in the
workflow approves the request. Both end in `_settle`.
- Refused, or unanswered in time while on the market, it goes back to Draft with the reason, not to Invalid: its
people mend it and send it again, and nobody enters a second record meanwhile. A listing under offer stays where
its deal has it; its manager is told.
- It is asked for again when due, when the price moved far, on return from hold (settings), and whenever
somebody who sees the listing reports that it isn't real.

Rules: docs/rules/listings.md, "Verification".
"""

import frappe
from frappe import _
from frappe.utils import (
	add_days,
	add_to_date,
	cint,
	cstr,
	flt,
	get_datetime,
	get_link_to_form,
	getdate,
	now_datetime,
)

from agency_crm.domain.listings.record import price_field
from agency_crm.domain.phases import CLOSING, DRAFT, ENDED_PHASES, HELD, LIVE, LIVE_PHASES
from agency_crm.framework import files, jobs, notices, system_fields, workflow_guard
from agency_crm.services.listings import roles
from agency_crm.services.office import decisions, people

DOCTYPE = "Listing Verification"
EXISTENCE = "Existence"
PENDING, SUBMITTED, APPROVED, REFUSED, CANCELLED = "Pending", "Submitted", "Approved", "Refused", "Cancelled"
OPEN = (PENDING, SUBMITTED)
ON_MARKET = (LIVE, HELD)
# kind -> the role an approval gives to whom it was asked of
GIVES = {"Site Survey": "Survey", "Key": "Key"}


def fill_request(request) -> None:
	"""Default a new request's asker, agent, deadline and evidence; refuse a second open one."""
	listing = roles.locked(request.listing)
	if not request.flags.ignore_permissions:  # the system's own request
		listing.check_permission("read")
	if listing.phase not in LIVE_PHASES:
		frappe.throw(
			_("Listing {0} is {1}: there is nothing to verify.").format(
				get_link_to_form("Listing", listing.name), frappe.bold(_(listing.status, context="Listing"))
			)
		)
	settings = frappe.get_cached_doc("Agency Settings")
	hours = settings.survey_hours if request.kind == "Site Survey" else settings.verification_hours
	now = now_datetime()
	request.update({"result": PENDING, "requested_by": frappe.session.user, "store": listing.store})
	request.update({"due_on": add_to_date(now, hours=cint(hours))})
	request.requested_of = request.requested_of or _asked_of(listing)
	request.open_key = _key(listing.name, request.kind)
	request.set("evidence", [])
	for row in settings.verification_evidence:
		if row.kind == request.kind:
			request.append("evidence", {"slot": row.slot, "required": row.required})
	known = _open_request(listing.name, request.kind)
	if known:
		frappe.throw(
			_("{0} of listing {1} is already being verified: {2}.").format(
				_(request.kind, context=DOCTYPE),
				get_link_to_form("Listing", listing.name),
				get_link_to_form(DOCTYPE, known),
			),
			frappe.DuplicateEntryError,
			title=_("Already Asked"),
		)


def check_evidence(request) -> None:
	"""Require evidence files that their writer may read, private; refuse changes after the decision."""
	before = request.get_doc_before_save()
	stored = {row.file for row in before.evidence} if before else set()
	for row in request.evidence:
		if row.file and row.file not in stored:
			files.private(row.file)
	if before and before.result not in OPEN and not request.flags.ignore_permissions:
		message = _("Verification {0} is {1}: it can't be changed any more.")
		frappe.throw(message.format(request.name, frappe.bold(_(before.result, context=DOCTYPE))))


def tell_asked(request) -> None:
	"""Notify the agent a new request is asked of; without one, the manager."""

	def subject() -> str:
		return _("Verify {0} of listing {1} by {2}").format(
			_(request.kind, context=DOCTYPE), request.listing, frappe.format(request.due_on, "Datetime")
		)

	asked = people.users_of([request.requested_of]) or people.managers_of(request.store)
	notices.tell(asked, subject, DOCTYPE, request.name)


def ask(listing: str, kind: str, reason: str | None = None, requested_of: str | None = None) -> str:
	"""Return the name of a listing's open request of a kind, made where there is none."""
	known = _open_request(listing, kind)
	if known:
		return known
	request = frappe.new_doc(DOCTYPE, listing=listing, kind=kind, request_reason=reason)
	request.requested_of = requested_of
	with system_fields.writing(request):
		request.insert(ignore_permissions=True)  # perm: asked by the system or by who sees the listing
	return request.name


def report(listing: str, reason: str) -> None:
	"""Request a verification because somebody who sees the listing says it isn't real (举报)."""
	doc = roles.locked(listing)
	if not cstr(reason).strip():
		frappe.throw(_("Say what is wrong with listing {0}.").format(listing), frappe.MandatoryError)
	known = _open_request(listing, EXISTENCE)
	name = ask(doc.name, EXISTENCE, reason)
	if known:
		frappe.get_doc(DOCTYPE, name).add_comment("Info", frappe.utils.escape_html(reason))


def submit(name: str) -> None:
	"""Hand in the evidence of request `name` for the manager to decide; raises where a required slot is empty."""
	_listing, request = _locked(name)
	_check_complete(request)
	request.update({"result": SUBMITTED, "submitted_by": frappe.session.user, "submitted_at": now_datetime()})
	with system_fields.writing(request):
		request.save(ignore_permissions=True)  # perm: the right to write it was asked by the caller

	def subject() -> str:
		return _("{0} of listing {1}: evidence to decide on").format(
			_(request.kind, context=DOCTYPE), request.listing
		)

	notices.tell(people.managers_of(request.store), subject, DOCTYPE, request.name)


def approve(name: str) -> None:
	"""Approve request `name`: the listing is verified and comes onto the market, or the role is given."""
	listing, request = _locked(name)
	_check_decision(request, APPROVED)
	_settle(request, APPROVED)
	if request.kind == EXISTENCE:
		if listing.phase == DRAFT:
			workflow_guard.move(listing, LIVE)
		else:
			mark_verified(listing)
			with system_fields.writing(listing):
				listing.save(ignore_permissions=True)  # perm: the manager's decision, checked above
	elif request.kind in GIVES and request.requested_of:
		roles.give(listing, GIVES[request.kind], request.requested_of)


def refuse(name: str, reason: str | None) -> None:
	"""Refuse request `name` with a reason; a listing found untrue leaves the market."""
	listing, request = _locked(name)
	_check_decision(request, REFUSED)
	if not cstr(reason).strip():
		frappe.throw(_("Say why {0} is refused.").format(request.name), frappe.MandatoryError)
	_settle(request, REFUSED, reason)
	if request.kind == EXISTENCE:
		_take_off(listing, "Failed", lambda: reason)


def cancel(name: str, reason: str | None) -> None:
	"""Cancel an open request, as its asker or a manager above."""
	_listing, request = _locked(name)
	if frappe.session.user != request.requested_by:
		decisions.check_decider(request, request.store, set())
	_settle(request, CANCELLED, reason)


def note_transition(listing, old_row, new_row) -> None:
	"""Note what a Listing's change of state means for its verification; `follow_listing_change` carries it out.

	The rows are the workflow's. Sent on within Draft, or back into it from an end: it is asked for. From Draft
	onto the market: passed. Back within Draft: refused. Ended: nobody need verify it.
	"""
	old, new = (row.update_value if row else None for row in (old_row, new_row))
	step = None
	if new == DRAFT and (old in ENDED_PHASES or (old == new and new_row.idx > old_row.idx)):
		step = "ask"
	elif new == DRAFT and old == new:
		step = REFUSED
		_check_passing(listing, step)
	elif old == DRAFT and new == LIVE:
		step = APPROVED
		_check_passing(listing, step)
		mark_verified(listing)
		listing.status_reason = None
	elif new in ENDED_PHASES:
		step = CANCELLED
	elif old == HELD and new == LIVE and frappe.get_cached_doc("Agency Settings").reverify_on_return:
		step = "ask"
	if old in ENDED_PHASES and new == DRAFT:
		listing.verification_status, listing.status_reason = "Unverified", None
	listing.flags.verification = step


def follow_listing_change(listing) -> None:
	"""After a Listing's save, carry out what its change of state or price asks for."""
	step = listing.flags.pop("verification", None)
	if step == "ask":
		ask(listing.name, EXISTENCE)
	elif step == CANCELLED:
		cancelled = {"result": CANCELLED, "reason": roles.end_of(listing), "open_key": None}
		decided = {"decided_by": frappe.session.user, "decided_at": now_datetime()}
		still_open = {"listing": listing.name, "result": ("in", OPEN)}
		frappe.db.set_value(DOCTYPE, still_open, {**cancelled, **decided})
	elif step:
		name = _open_request(listing.name, EXISTENCE)
		if name:
			request = frappe.get_doc(DOCTYPE, name, for_update=True)
			_settle(request, step, listing.status_reason if step == REFUSED else None)
	elif _price_moved(listing):
		ask(
			listing.name,
			EXISTENCE,
			_("The price moved by more than the setting allows since it was verified."),
		)


def mark_verified(listing) -> None:
	"""Set on an unsaved Listing that it is verified today at its present price, and until when."""
	days = cint(frappe.get_cached_doc("Agency Settings").reverify_days)
	listing.verification_status, listing.verified_on = "Verified", getdate()
	listing.verified_price = _price(listing)
	listing.verification_due_on = add_days(getdate(), days) if days else None


def ask_again() -> None:
	"""Request the Existence of due listings on the market. Runs daily, any number of times."""
	listing = frappe.qb.DocType("Listing")
	due = (
		frappe.qb.from_(listing)
		.select(listing.name)
		.where(listing.phase.isin(ON_MARKET) & (listing.verification_due_on <= getdate()))
		.where(listing.verification_status == "Verified")
		.run(pluck=True)
	)
	jobs.each(due, lambda name: ask(name, EXISTENCE, _("It is due to be verified again.")))


def note_overdue() -> None:
	"""Take listings with an overdue Existence off the market; tell managers once of other overdue requests.

	Runs hourly, any number of times.
	"""
	late = {"result": PENDING, "due_on": ("<", now_datetime()), "overdue_on": ("is", "not set")}
	jobs.each(frappe.get_all(DOCTYPE, late, pluck="name", order_by="due_on"), _note_overdue)


def _note_overdue(name: str) -> None:
	listing, request = _locked(name)
	if request.result != PENDING or request.overdue_on or get_datetime(request.due_on) > now_datetime():
		return
	request.overdue_on = now_datetime()
	with system_fields.writing(request):
		request.save(ignore_permissions=True)  # perm: the hourly rule
	if request.kind == EXISTENCE and listing.phase in ON_MARKET:
		_take_off(listing, "Expired", lambda: _("It was not verified in time."))

	def subject() -> str:
		return _("{0} of listing {1} was not verified in time").format(
			_(request.kind, context=DOCTYPE), request.listing
		)

	notices.tell(people.managers_of(request.store), subject, DOCTYPE, request.name)


def _take_off(listing, status: str, reason: notices.Text) -> None:
	listing.verification_status = status
	if listing.phase == CLOSING:
		with system_fields.writing(listing):
			# perm: the decision on its verification, checked by the caller
			listing.save(ignore_permissions=True)
	else:
		workflow_guard.move(listing, DRAFT, reason=reason())

	def subject() -> str:
		return _("Listing {0} is off the market: {1}").format(listing.title, reason())

	receivers = [*people.users_of([listing.maintainer]), *people.managers_of(listing.store)]
	notices.tell(receivers, subject, "Listing", listing.name)


def _asked_of(listing) -> str | None:
	"""Return who entered the listing, else its maintainer, if they work here; else None: the manager does it."""
	entered = [row.agent for row in listing.roles if row.role == roles.ENTRY and not row.ended_at]
	working = frappe.get_all(
		"Agent",
		{"name": ("in", [name for name in (*entered[:1], listing.maintainer) if name]), "status": "Active"},
		pluck="name",
	)
	return next((name for name in (*entered[:1], listing.maintainer) if name in working), None)


def _key(listing: str, kind: str) -> str:
	return f"{listing}|{kind}"


def _open_request(listing: str, kind: str) -> str | None:
	return frappe.db.get_value(DOCTYPE, {"open_key": _key(listing, kind)}, "name", for_update=True)


def _locked(name: str) -> tuple:
	"""The listing and an open request of it, both locked, the listing first as everywhere."""
	listing = roles.locked(frappe.db.get_value(DOCTYPE, name, "listing"))
	request = frappe.get_doc(DOCTYPE, name, for_update=True)
	if request.result not in OPEN:
		frappe.throw(
			_("Verification {0} is already {1}.").format(
				request.name, frappe.bold(_(request.result, context=DOCTYPE))
			)
		)
	return listing, request


def _check_decision(request, result: str) -> None:
	"""Let a manager above decide who didn't hand in the evidence, and approve only what is complete."""
	decisions.check_decider(request, request.store, {request.submitted_by})
	if result == APPROVED:
		_check_complete(request)


def _check_passing(listing, result: str) -> None:
	"""Refuse a workflow step by a user who may not decide on the open request it settles."""
	name = None if listing.flags.system_state else _open_request(listing.name, EXISTENCE)
	if name:
		_check_decision(frappe.get_doc(DOCTYPE, name, for_update=True), result)


def _check_complete(request) -> None:
	missing = [frappe.bold(row.slot) for row in request.evidence if row.required and not row.file]
	if missing:
		frappe.throw(
			_("Verification {0}: attach {1}.").format(request.name, ", ".join(missing)),
			frappe.MandatoryError,
			title=_("Evidence Missing"),
		)


def _settle(request, result: str, reason: str | None = None) -> None:
	"""Close a locked request and tell whom it was asked of and who asked."""
	request.update({"result": result, "reason": reason, "open_key": None})
	request.update({"decided_by": frappe.session.user, "decided_at": now_datetime()})
	days = cint(frappe.get_cached_doc("Agency Settings").reverify_days)
	if result == APPROVED and request.kind == EXISTENCE and days:
		request.valid_until = add_days(getdate(), days)
	with system_fields.writing(request):
		request.save(ignore_permissions=True)  # perm: decided by the calling service
	if result == CANCELLED:
		return

	def subject() -> str:
		return _("{0} of listing {1}: {2}").format(
			_(request.kind, context=DOCTYPE), request.listing, _(result, context=DOCTYPE)
		)

	receivers = {*people.users_of([request.requested_of]), request.requested_by}
	notices.tell(receivers, subject, DOCTYPE, request.name)


def _price(listing) -> float:
	return flt(listing.get(price_field(listing.listing_type)))


def _price_moved(listing) -> bool:
	"""Whether a verified listing's price moved, in this save, far enough from the one it was verified at."""
	before = listing.get_doc_before_save()
	if not before or _price(before) == _price(listing) or listing.verification_status != "Verified":
		return False
	percent = flt(frappe.get_cached_doc("Agency Settings").reverify_price_percent)
	base = flt(listing.verified_price) or _price(before)
	return bool(percent and base) and abs(_price(listing) - base) * 100 >= percent * base
