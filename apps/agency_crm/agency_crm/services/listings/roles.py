"""Who holds which role on a listing (录入 维护 实勘 委托 钥匙): asked for, approved, taken over, ended.

A row of Listing's `roles` says when a role was gained, approved and ended; the holder's row is approved and not
ended. Each role but Entry has one holder at a time. Managers give roles on the form; everybody else asks (Role
Request), claims (services/pools/listings.py) or has a verification approved (verification.py). Rules:
docs/rules/listings.md, "Roles".
"""

import frappe
from frappe import _
from frappe.utils import cstr, get_link_to_form, now_datetime

from agency_crm.domain.phases import ENDED_PHASES
from agency_crm.framework import files, notices, system_fields
from agency_crm.permissions.roles import ADMINISTRATOR, MANAGER
from agency_crm.services.office import agents, decisions, people

DOCTYPE = "Role Request"
ENTRY, MAINTAINER = "Entry", "Maintainer"
GAIN, TAKEOVER = "Gain", "Takeover"
ROW = ("role", "agent", "gained_at", "approved_at", "ended_at")
MANAGERS = {MANAGER, ADMINISTRATOR}


def check_changes(listing) -> None:
	"""Refuse a change of roles, maintainer or scope that this user may not make by hand.

	Raises PermissionError. A new listing's maintainer is whom its form names.
	"""
	# what a service saves it has decided
	if system_fields.is_writing(listing) or is_manager():
		return
	before = listing.get_doc_before_save()
	if _rows(listing) != (_rows(before) if before else []):
		_refuse_change(listing, "roles", _("Ask for the role: {0}.").format(_(DOCTYPE)))
	if before and cstr(before.maintainer) != cstr(listing.maintainer):
		_refuse_change(listing, "maintainer", _("Ask for the role, or claim a listing nobody maintains."))
	settings = frappe.get_cached_doc("Agency Settings")
	made_private = listing.scope == "Private" and (not before or before.scope != "Private")
	if made_private and settings.private_scope_by == "Managers":
		_refuse_change(listing, "scope", _("A listing is made private by a manager."))


def note_maintainer(listing) -> None:
	"""Keep the rows of the role Maintainer in step with the field; a new maintainer starts a new clock."""
	before = listing.get_doc_before_save()
	old = before.maintainer if before else None
	if before and cstr(old) == cstr(listing.maintainer):
		return
	now = now_datetime()
	held = [row for row in listing.roles if row.role == MAINTAINER and not row.ended_at]
	if old and not any(row.agent == old for row in held):
		since = before.creation
		row = {"role": MAINTAINER, "agent": old, "gained_at": since, "approved_at": since}
		held.append(listing.append("roles", row))
	for row in held:
		if row.agent != listing.maintainer:
			row.ended_at = now
	if listing.maintainer:
		if all(row.ended_at for row in held):
			row = {"role": MAINTAINER, "agent": listing.maintainer, "gained_at": now, "approved_at": now}
			listing.append("roles", row)
		listing.last_effective_on, listing.lapse_reminded_on = now, None


def holder_of(listing, role: str) -> str | None:
	"""The Agent who holds `role` on a Listing now."""
	if role == MAINTAINER:
		return listing.maintainer or None
	held = (row for row in listing.roles if row.role == role and row.approved_at and not row.ended_at)
	return next((row.agent for row in held), None)


def give(listing, role: str, agent: str) -> None:
	"""Make `agent` the holder of `role` on a locked Listing and save; the former holder's row ends."""
	if holder_of(listing, role) == agent:
		return
	if role == MAINTAINER:
		listing.maintainer = agent
	else:
		now = now_datetime()
		for row in listing.roles:
			if row.role == role and not row.ended_at:
				row.ended_at = now
		listing.append("roles", {"role": role, "agent": agent, "gained_at": now, "approved_at": now})
	with system_fields.writing(listing):
		listing.save(ignore_permissions=True)  # perm: decided by the calling service


def locked(listing: str):
	"""Return a Listing as it is now, locked until the transaction ends."""
	return frappe.get_doc("Listing", listing, for_update=True)


def is_manager() -> bool:
	"""Whether the session's user decides for others: as a manager or an administrator."""
	return frappe.session.user == "Administrator" or not MANAGERS.isdisjoint(frappe.get_roles())


def fill_request(request) -> None:
	"""Default a new request's agent; set whom it would replace; refuse a pointless one."""
	listing = locked(request.listing)
	listing.check_permission("read")
	own = agents.current_agent()
	request.agent = request.agent or own
	if request.agent != own and not is_manager():
		frappe.throw(_("A role is asked for by the agent who is to hold it."), frappe.PermissionError)
	link = get_link_to_form("Listing", listing.name)
	if listing.phase in ENDED_PHASES:
		frappe.throw(_("Listing {0} has ended: no role on it changes any more.").format(link))
	holder = holder_of(listing, request.role)
	if holder and holder == request.agent:
		frappe.throw(
			_("{0} already holds the role {1} on listing {2}.").format(
				agents.name_of(holder), _(request.role, context="Listing Role"), link
			)
		)
	decisions.open_anew(request, f"{listing.name}|{request.role}|{request.agent}")
	request.update({"kind": TAKEOVER if holder else GAIN, "replaces": holder})
	request.store = listing.store
	if request.evidence:
		files.private(request.evidence)
	if request.kind == TAKEOVER and not cstr(request.reason).strip():
		label = frappe.bold(_("Reason", context=DOCTYPE))
		frappe.throw(_("A takeover needs its {0}.").format(label), frappe.MandatoryError)


def ask_managers(request) -> None:
	"""Tell of a new request: the manager who decides, and whoever would lose the role."""

	def subject() -> str:
		return _("{0} asks for the role {1} on listing {2}").format(
			agents.name_of(request.agent), _(request.role, context="Listing Role"), request.listing
		)

	told = [*people.managers_of(request.store), *people.users_of([request.replaces])]
	notices.tell(told, subject, DOCTYPE, request.name)


def approve(name: str, reason: str | None = None) -> None:
	"""Give the role that request `name` asks for; of two approved at once the second is refused.

	Raises PermissionError for whoever may not decide, ValidationError where another holds it meanwhile.
	"""
	listing, request = _open(name)
	_check_decider(request)
	holder = holder_of(listing, request.role)
	if cstr(holder) != cstr(request.replaces):
		frappe.throw(
			_(
				"Meanwhile {0} holds the role {1} on listing {2}. Refuse this request; it may be made anew."
			).format(
				agents.name_of(holder) or _("nobody"),
				frappe.bold(_(request.role, context="Listing Role")),
				get_link_to_form("Listing", request.listing),
			),
			title=_("Role Has Changed Hands"),
		)
	give(listing, request.role, request.agent)
	_close(request, decisions.APPROVED, reason)


def refuse(name: str, reason: str | None) -> None:
	"""Refuse request `name`, with a reason."""
	_listing, request = _open(name)
	_check_decider(request)
	decisions.check_reason(request, reason)
	_close(request, decisions.REFUSED, reason)


def withdraw(name: str) -> None:
	"""Take back one's own open request."""
	_listing, request = _open(name)
	decisions.check_asker(request, request.agent)
	_close(request, decisions.WITHDRAWN, None)


def close_ended_requests(listing) -> None:
	"""Withdraw the open requests of a Listing that this save ended, and tell who asked."""
	if listing.phase not in ENDED_PHASES or not listing.has_value_changed("phase"):
		return
	asking = decisions.close_all(DOCTYPE, {"listing": listing.name}, end_of(listing), "agent")
	if not asking:
		return

	def subject() -> str:
		return _("Your request for a role is closed. Listing {0}: {1}").format(listing.name, end_of(listing))

	notices.tell(people.users_of(asking), subject, "Listing", listing.name)


def end_of(listing) -> str:
	"""The reason for closing what is open on a Listing that has ended."""
	return _("The listing is {0}.").format(_(listing.status, context="Listing"))


def record_claim(listing, agent: str) -> None:
	"""Record that `agent` claimed an unmaintained listing: a request that needed no approval."""
	now = now_datetime()
	claim = frappe.new_doc(DOCTYPE, listing=listing.name, role=MAINTAINER, agent=agent, store=listing.store)
	claim.update({"kind": "Claim", "status": decisions.APPROVED, "decided_at": now})
	with system_fields.writing(claim):
		claim.insert(ignore_permissions=True)  # perm: the service has checked the claim


def _open(name: str) -> tuple:
	"""Return a request's listing and the open request, both locked, the listing first as everywhere."""
	listing = locked(frappe.db.get_value(DOCTYPE, name, "listing"))
	return listing, decisions.locked(DOCTYPE, name)


def _check_decider(request) -> None:
	"""The requester and the agent who would gain the role may not decide."""
	decisions.check_decider(request, request.store, {request.owner, *people.users_of([request.agent])})


def _close(request, status: str, reason: str | None) -> None:
	decisions.close(request, status, reason)

	def subject() -> str:
		return _("Request of {0} for the role {1} on listing {2}: {3}").format(
			agents.name_of(request.agent),
			_(request.role, context="Listing Role"),
			request.listing,
			_(status, context=DOCTYPE),
		)

	replaced = request.replaces if status == decisions.APPROVED else None
	notices.tell(people.users_of([request.agent, replaced]), subject, DOCTYPE, request.name)


def _rows(listing) -> list[tuple]:
	return [tuple(cstr(row.get(field)) for field in ROW) for row in listing.roles]


def _refuse_change(listing, fieldname: str, remedy: str) -> None:
	label = frappe.bold(_(listing.meta.get_label(fieldname), context="Listing"))
	frappe.throw(
		_("{0} is not changed by hand: {1}").format(label, remedy),
		frappe.PermissionError,
		title=_("Not Changed by Hand"),
	)
