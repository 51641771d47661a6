"""The owner's mandate to offer a home (委托): its approval, what it gives, and what its end takes away.

Draft → Submitted → Approved (it starts later) → Active → Expired; Refused; Ended before its time. A listing's
kind and dates of mandate and the holders of its role Mandate follow from its active mandates.

Rules: docs/rules/listings.md, "Mandates".
"""

from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_days, cint, cstr, flt, get_link_to_form, getdate, now_datetime

from agency_crm.domain.deals import fees as deal_rules
from agency_crm.domain.listings import mandates as rules
from agency_crm.domain.phases import LIVE_PHASES
from agency_crm.framework import files, jobs, notices, system_fields
from agency_crm.framework.messages import reading
from agency_crm.services.office import agents, approvals, decisions, people

DOCTYPE, ROLE = "Listing Mandate", "Mandate"
ORDINARY, EXCLUSIVE = "Ordinary", "Exclusive"
DRAFT, SUBMITTED, APPROVED, ACTIVE = "Draft", "Submitted", "Approved", "Active"
EXPIRED, ENDED, REFUSED = "Expired", "Ended", "Refused"
FACTS = ("mandate_type", "mandate_start", "mandate_end")


def prefilled(listing) -> dict:
	"""The values of a new mandate of a Listing: its agent and owner, the usual fee, today."""
	settings = frappe.get_cached_doc("Agency Settings")
	sale = listing.listing_type == "Sale"
	owner = next((row for row in listing.owners if row.is_decision_maker), None)
	if not owner and len(listing.owners) == 1:
		owner = listing.owners[0]
	return {
		"listing": listing.name,
		"listing_title": listing.title,
		"agent": agents.current_agent() or listing.maintainer,
		"start": getdate(),
		"signed_on": getdate(),
		"signed_by": owner.client if owner else None,
		"fee_basis": "Percent of Price" if sale else "Months of Rent",
		"fee": settings.seller_fee_percent if sale else settings.landlord_fee_months,
		"protection_days": settings.mandate_protection_days,
	}


def fill_mandate(mandate) -> None:
	"""Default a mandate's agent and protection days; set its listing's store."""
	mandate.agent = mandate.agent or agents.current_agent()
	mandate.store = frappe.db.get_value("Listing", mandate.listing, "store")
	if mandate.is_new() and mandate.protection_days is None:
		mandate.protection_days = frappe.get_cached_doc("Agency Settings").mandate_protection_days
	if mandate.kind != EXCLUSIVE:
		mandate.exclusive_deposit = 0


def check_open(mandate) -> None:
	"""Refuse a change after the draft: what was submitted is what the manager read."""
	if mandate.status != DRAFT:
		frappe.throw(
			_("{0} is {1}: it can't be changed any more. Make a new mandate instead.").format(
				_label(mandate), frappe.bold(_(mandate.status, context=DOCTYPE))
			)
		)


def check_listing(mandate) -> None:
	"""Require a listing the user works on, on or before the market, with a whole address."""
	if not mandate.is_new():
		return
	if not mandate.listing:
		frappe.throw(
			_("{0}: enter {1} first.").format(_label(mandate), _bold("listing")), frappe.MandatoryError
		)
	frappe.has_permission("Listing", "write", doc=mandate.listing, throw=True)
	fields = ["phase", "status", "property"]
	listing = frappe.db.get_value("Listing", mandate.listing, fields, as_dict=True)
	link = get_link_to_form("Listing", mandate.listing)
	if listing.phase not in LIVE_PHASES:
		frappe.throw(
			_("Listing {0} is {1}: a mandate is for a home that is offered.").format(
				link, frappe.bold(_(listing.status, context="Listing"))
			)
		)
	if not listing.property:
		frappe.throw(
			_("Listing {0} has no room number: complete its address before the mandate.").format(link),
			title=_("Address Incomplete"),
		)


def check_dates(mandate) -> None:
	"""Require a start before the end, an end for an exclusive mandate, and no signing in the future."""
	if mandate.kind == EXCLUSIVE and not mandate.end:
		frappe.throw(
			_("{0}: an exclusive mandate needs {1}.").format(_label(mandate), _bold("end")),
			frappe.MandatoryError,
		)
	if mandate.end and getdate(mandate.end) < getdate(mandate.start):
		frappe.throw(_("{0}: {1} is before {2}.").format(_label(mandate), _bold("end"), _bold("start")))
	if mandate.signed_on and getdate(mandate.signed_on) > getdate():
		frappe.throw(_("{0}: {1} lies in the future.").format(_label(mandate), _bold("signed_on")))


def check_fee(mandate) -> None:
	"""Check the fee by its basis: a percentage of the price, months of rent or an amount in CNY."""
	listing = frappe.db.get_value(
		"Listing", mandate.listing, ["listing_type", "asking_price", "rent"], as_dict=True
	)
	wrong = "Months of Rent" if listing.listing_type == "Sale" else "Percent of Price"
	if mandate.fee_basis == wrong:
		frappe.throw(
			_("{0}: {1} can't be {2} for a listing of type {3}.").format(
				_label(mandate),
				_bold("fee_basis"),
				_(wrong, context=DOCTYPE),
				_(listing.listing_type, context="Listing"),
			)
		)
	fee, price, rent = (
		Decimal(str(flt(value))) for value in (mandate.fee, listing.asking_price, listing.rent)
	)
	with reading(mandate, "fee"):
		deal_rules.fee_amount(mandate.fee_basis, fee, fee, price, rent)


def check_signature(mandate) -> None:
	"""Require an owner of the listing as signer, and a private file the user may read as the paper."""
	owners = {"parent": mandate.listing, "parenttype": "Listing", "client": mandate.signed_by}
	if mandate.signed_by and not frappe.db.exists("Listing Owner", owners):
		frappe.throw(
			_("{0}: {1} is not an owner of listing {2}. Add them there first.").format(
				_label(mandate), mandate.signed_by, get_link_to_form("Listing", mandate.listing)
			)
		)
	if mandate.document and mandate.has_value_changed("document"):
		if not files.readable(mandate.document).is_private:
			frappe.throw(_("{0}: attach {1} as a private file.").format(_label(mandate), _bold("document")))


def submit(name: str) -> None:
	"""Send a draft to the managers above its listing, who are told.

	Raises MandatoryError while it isn't signed.
	"""
	mandate = frappe.get_doc(DOCTYPE, name, for_update=True)
	_require(mandate, DRAFT)
	for field in ("signed_by", "signed_on"):
		if not mandate.get(field):
			frappe.throw(
				_("{0}: enter {1} first.").format(_label(mandate), _bold(field)), frappe.MandatoryError
			)
	mandate.submitted_by = frappe.session.user
	_write(mandate, SUBMITTED, submitted_by=mandate.submitted_by)

	def subject() -> str:
		return _("A mandate of {0} waits for your approval").format(mandate.listing_title)

	notices.tell(approvers(mandate)[:1], subject, DOCTYPE, name)


def approve(name: str) -> str:
	"""Put a submitted mandate into force, as a manager above its listing; returns its status.

	Two approvals of one listing wait for each other. Raises PermissionError for whoever may not, and
	ValidationError where another exclusive mandate runs in the same time.
	"""
	mandate = _lock(name)
	_require(mandate, SUBMITTED)
	decisions.check_decider(mandate, mandate.store, _involved(mandate))
	_check_only_exclusive(mandate)
	status = ACTIVE if getdate(mandate.start) <= getdate() else APPROVED
	_write(mandate, status, approved_by=frappe.session.user, approved_at=now_datetime())
	if status == ACTIVE:
		apply_to_listing(mandate.listing)
	_tell_agent(mandate)
	return status


def refuse(name: str, reason: str) -> None:
	"""Turn a submitted mandate down, as who might approve it. Raises MandatoryError without a reason."""
	mandate = _lock(name)
	_require(mandate, SUBMITTED)
	decisions.check_decider(mandate, mandate.store, _involved(mandate))
	_write(mandate, REFUSED, end_reason=_given(mandate, reason))
	_tell_agent(mandate)


def end(name: str, reason: str) -> None:
	"""End an approved mandate before its time, as a manager above its listing, from today on."""
	mandate = _lock(name)
	_require(mandate, APPROVED, ACTIVE)
	decisions.check_decider(mandate, mandate.store, _involved(mandate))
	# the day before: from today on it gives nothing
	_write(mandate, ENDED, ended_on=add_days(getdate(), -1), end_reason=_given(mandate, reason))
	apply_to_listing(mandate.listing)
	_tell_agent(mandate)


def approvers(mandate) -> list[str]:
	"""Users who may approve a mandate: the managers above its listing, the nearest first."""
	return approvals.approvers_of(mandate.store, _involved(mandate))


def apply_to_listing(name: str) -> None:
	"""Write the active mandates to their listing: kind and dates of the leading one, the agents' roles."""
	listing = frappe.get_doc("Listing", name, for_update=True)
	active = _of_listing(name, ACTIVE)
	leading = next((row for row in active if row.kind == EXCLUSIVE), active[-1] if active else None)
	facts = (leading.kind, leading.start, leading.end) if leading else (ORDINARY, None, None)
	listing.update(dict(zip(FACTS, facts, strict=True)))
	held = [row for row in listing.roles if row.role == ROLE and not row.ended_at]
	for row in held:
		if row.agent not in {mandate.agent for mandate in active}:
			row.ended_at = now_datetime()
	for agent, mandate in {row.agent: row for row in reversed(active)}.items():
		if all(row.agent != agent for row in held):
			moments = {"gained_at": mandate.signed_on, "approved_at": mandate.approved_at}
			listing.append("roles", {"role": ROLE, "agent": agent, **moments})
	listing.flags.ignore_mandatory = True
	with system_fields.writing(listing):
		listing.save(ignore_permissions=True)  # perm: the approval or the end of a mandate was checked before


def follow_store(listing) -> None:
	"""Move a listing's mandates to its new store: the managers above it see and approve them."""
	if listing.get_doc_before_save() and listing.has_value_changed("store"):
		mandate = frappe.qb.DocType(DOCTYPE)
		own = mandate.listing == listing.name
		frappe.qb.update(mandate).set(mandate.store, listing.store).where(own).run()


def holders(listing: str, as_of, approved_until, viewed_on: date | None) -> list[str]:
	"""Agents who share the role Mandate on a deal of the moment `as_of`, approved by `approved_until`.

	`viewed_on`: the day the buyer's side first viewed the home, if it did.
	"""
	rows = frappe.get_all(
		DOCTYPE,
		filters={
			"listing": listing,
			"status": ("in", (APPROVED, ACTIVE, EXPIRED, ENDED)),
			"approved_at": ("<=", approved_until),
		},
		fields=["agent", "kind", "approved_at", "start", "end", "ended_on", "protection_days"],
	)
	approved = [
		rules.Mandate(
			row.agent,
			row.kind == EXCLUSIVE,
			row.approved_at,
			row.start,
			row.ended_on or row.end,
			cint(row.protection_days),
		)
		for row in rows
	]
	return rules.holders(approved, getdate(as_of), viewed_on)


def run_daily() -> None:
	"""Start what starts, expire what is over, remind of what ends soon; each listing by itself. Run daily."""
	mandate, today = frappe.qb.DocType(DOCTYPE), getdate()
	last = add_days(today, cint(frappe.get_cached_doc("Agency Settings").mandate_reminder_days))
	jobs.each(_due(APPROVED, mandate.start <= today), _start)
	jobs.each(_due(ACTIVE, mandate.end < today), _expire)
	jobs.each(_due(ACTIVE, mandate.end[today:last] & mandate.reminded_on.isnull()), _remind)


def _start(name: str) -> None:
	mandate = _lock(name)
	_write(mandate, ACTIVE)
	apply_to_listing(mandate.listing)


def _expire(name: str) -> None:
	mandate = _lock(name)
	_write(mandate, EXPIRED, ended_on=mandate.end)
	apply_to_listing(mandate.listing)


def _remind(name: str) -> None:
	"""Tell maintainer and holder of a mandate's end, once."""
	mandate = frappe.get_doc(DOCTYPE, name)
	mandate.db_set("reminded_on", getdate(), update_modified=False)
	phase, maintainer = frappe.db.get_value("Listing", mandate.listing, ["phase", "maintainer"])
	if phase in LIVE_PHASES:

		def subject() -> str:
			return _("The mandate of {0} ends on {1}").format(
				mandate.listing_title, frappe.format(mandate.end, "Date")
			)

		notices.tell(people.users_of((maintainer, mandate.agent)), subject, DOCTYPE, name)


def _due(status: str, criterion) -> list[str]:
	mandate = frappe.qb.DocType(DOCTYPE)
	due = frappe.qb.from_(mandate).select(mandate.name).where((mandate.status == status) & criterion)
	return due.orderby(mandate.start).run(pluck=True)


def _lock(name: str):
	"""Return the mandate, locked after its listing: changes to mandates of one listing wait for each other."""
	listing = frappe.db.get_value(DOCTYPE, name, "listing")
	frappe.db.get_value("Listing", listing, "name", for_update=True)
	return frappe.get_doc(DOCTYPE, name, for_update=True)


def _of_listing(listing: str, *statuses: str) -> list:
	"""The listing's mandates of these statuses in the order of approval, as they are now: read with a lock."""
	mandate = frappe.qb.DocType(DOCTYPE)
	fields = ("name", "kind", "agent", "start", "end", "signed_on", "approved_at")
	return (
		frappe.qb.from_(mandate)
		.select(*(mandate[field] for field in fields))
		.where((mandate.listing == listing) & mandate.status.isin(statuses))
		.orderby(mandate.approved_at)
		.for_update()
		.run(as_dict=True)
	)


def _check_only_exclusive(mandate) -> None:
	if mandate.kind != EXCLUSIVE:
		return
	for other in _of_listing(mandate.listing, APPROVED, ACTIVE):
		if other.kind == EXCLUSIVE and rules.overlap(
			getdate(mandate.start), getdate(mandate.end), other.start, other.end
		):
			frappe.throw(
				_("{0}: the exclusive mandate {1} of {2} runs from {3} to {4}. End it first.").format(
					_label(mandate),
					get_link_to_form(DOCTYPE, other.name),
					agents.name_of(other.agent),
					frappe.format(other.start, "Date"),
					frappe.format(other.end, "Date"),
				),
				title=_("Already Exclusive"),
			)


def _involved(mandate) -> set[str]:
	"""Users who gain by a mandate or asked for it; none where Agency Settings let managers approve their own."""
	if frappe.get_cached_doc("Agency Settings").own_mandate_approval:
		return set()
	holder = frappe.db.get_value("Agent", mandate.agent, "user")
	return {user for user in (mandate.owner, mandate.submitted_by, holder) if user}


def _require(mandate, *statuses: str) -> None:
	if mandate.status not in statuses:
		frappe.throw(
			_("{0} is {1}: this can't be done with it any more.").format(
				_label(mandate), frappe.bold(_(mandate.status, context=DOCTYPE))
			)
		)


def _given(mandate, reason: str) -> str:
	if not cstr(reason).strip():
		frappe.throw(_("{0}: say why.").format(_label(mandate)), frappe.MandatoryError)
	return reason.strip()


def _write(mandate, status: str, **values) -> None:
	"""Set the mandate's status, with a line in its timeline."""
	mandate.db_set({"status": status, **values})
	text = _(status, context=DOCTYPE)
	reason = values.get("end_reason")
	mandate.add_comment("Workflow", f"{text}: {frappe.utils.escape_html(reason)}" if reason else text)


def _tell_agent(mandate) -> None:
	def subject() -> str:
		return _("The mandate of {0} is {1}").format(
			mandate.listing_title, _(mandate.status, context=DOCTYPE)
		)

	notices.tell(people.users_of([mandate.agent]), subject, DOCTYPE, mandate.name)


def _bold(fieldname: str) -> str:
	return frappe.bold(_(frappe.get_meta(DOCTYPE).get_label(fieldname), context=DOCTYPE))


def _label(mandate) -> str:
	"""The mandate as an error names it: with a link once it is saved."""
	return _("New Mandate") if mandate.is_new() else get_link_to_form(DOCTYPE, mandate.name)
