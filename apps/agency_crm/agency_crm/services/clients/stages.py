"""How far a client has come: events move the stage; by hand one only loses a client or wins one back.

What moves a client: a requirement or a listing of theirs, a viewing that was done, a deal's phases. Every
move is in the client's versions. Rules: docs/rules/clients.md, "Stages".
"""

import frappe
from frappe import _
from frappe.utils import cstr, get_link_to_form, getdate, now_datetime

from agency_crm.domain import phases
from agency_crm.domain.follow_ups.plans import COURSE, DEAL_SIGNED, HANDOVER, LOST, VIEWING_DONE
from agency_crm.framework.events import announce
from agency_crm.permissions.visibility import works_on
from agency_crm.services.rating import clients as rating

PROSPECT, INTERESTED, VIEWING, NEGOTIATING, CLOSED, AFTER_SALE = COURSE
# the phase of a deal -> the stage of its people; a deal that ended as none leaves them where all else puts them
DEAL_STAGES = {
	phases.DRAFT: NEGOTIATING,
	phases.HELD: NEGOTIATING,
	phases.LIVE: CLOSED,
	phases.CLOSING: CLOSED,
	phases.CLOSED: AFTER_SALE,
}


def advance(name: str, stage: str) -> None:
	"""Move a client forward to `stage` because of an event; one further on stays.

	A lost client stays lost until their deal is signed.
	"""
	now = frappe.db.get_value("Client", name, "stage", for_update=True)
	if now == LOST and stage not in (CLOSED, AFTER_SALE):
		return
	if now == LOST or COURSE.index(now) < COURSE.index(stage):
		_move(name, now, stage)


def check_stage(client) -> None:
	"""Allow a stage by hand only to lose a client (with a reason), win one back, or begin their next business.

	A new client is a prospect, or known to be lost: one who started at a deal would never fall to a pool. A
	client won back gets the stage that the known facts give.
	"""
	before = client.get_doc_before_save()
	if not before and client.stage != LOST:
		client.stage = PROSPECT
	if client.stage == LOST and not cstr(client.lost_reason).strip():
		frappe.throw(
			_("Client {0}: say in {1} why they are lost.").format(
				client.client_name, frappe.bold(_("Reason for Losing", context="Client"))
			),
			frappe.MandatoryError,
		)
	if before and client.stage == before.stage:
		return
	client.stage_since = now_datetime()
	if not before:
		return
	if client.stage == LOST:
		_check_no_deal(client)
	elif before.stage == LOST:
		client.stage, client.lost_reason = known(client.name), None
	elif (before.stage, client.stage) != (AFTER_SALE, INTERESTED):
		frappe.throw(
			_("Client {0}: the stage moves by itself with viewings and deals. By hand choose {1}.").format(
				client.client_name, frappe.bold(_(LOST, context="Client"))
			),
			title=_("Stage Moves by Itself"),
		)


def known(name: str) -> str:
	"""The stage that all that is known puts a client in: deals, viewings done, listings, requirements."""
	reached = [DEAL_STAGES[phase] for phase in _deal_phases(name) if phase in DEAL_STAGES]
	if reached:
		return max(reached, key=COURSE.index)
	listings = frappe.get_all("Listing Owner", {"parenttype": "Listing", "client": name}, pluck="parent")
	viewed = [["Viewing", "phase", "=", phases.CLOSED], ["Viewing", "client", "=", name]]
	shown = [["Viewing", "phase", "=", phases.CLOSED], ["Viewing Stop", "listing", "in", listings]]
	if frappe.get_all("Viewing", viewed, limit=1) or (listings and frappe.get_all("Viewing", shown, limit=1)):
		return VIEWING
	if listings or frappe.db.exists("Client Requirement", {"client": name}):
		return INTERESTED
	return PROSPECT


def follow_listing(listing) -> None:
	"""Move a new listing's owners forward: they mean business."""
	before = listing.get_doc_before_save()
	known_ones = {row.client for row in before.owners} if before else set()
	for name in sorted({row.client for row in listing.owners} - known_ones):
		advance(name, INTERESTED)


def follow_viewing(viewing) -> None:
	"""Move the client and the owners of a viewing that was done to Viewing."""
	listings = [stop.listing for stop in viewing.stops]
	owned = {"parenttype": "Listing", "parent": ("in", listings)}
	owners = frappe.get_all("Listing Owner", owned, pluck="client", distinct=True, order_by="client")
	for name in dict.fromkeys([viewing.client, *owners]):
		advance(name, VIEWING)
	announce("client_progressed", client=viewing.client, by=VIEWING_DONE, on=getdate(viewing.done_on))


def follow_deal(deal) -> None:
	"""Move the people of a deal that changed its phase or was cancelled."""
	before = deal.get_doc_before_save()
	if before and before.phase == deal.phase and not deal.docstatus.is_cancelled():
		return
	stage = None if deal.docstatus.is_cancelled() else DEAL_STAGES.get(deal.phase)
	for name in _people(deal):
		if deal.phase == phases.DRAFT and not works_on("Client", name):
			continue  # anybody may write an owner into a draft
		if stage:
			advance(name, stage)
		else:
			_fall_back(name)
	event = {phases.LIVE: DEAL_SIGNED, phases.CLOSED: HANDOVER}.get(deal.phase)
	if stage and event and not (before and before.phase == phases.CLOSING):
		for name in _people(deal):
			announce("client_progressed", client=name, by=event, on=getdate())


def _fall_back(name: str) -> None:
	"""Set the client of a failed deal back to what all else gives, if that is not further on."""
	now = frappe.db.get_value("Client", name, "stage", for_update=True)
	stage = known(name)
	if now != LOST and COURSE.index(stage) < COURSE.index(now):
		_move(name, now, stage)


def _move(name: str, old: str, new: str) -> None:
	values = {"stage": new, "stage_since": now_datetime()}
	if old == LOST:
		values["lost_reason"] = None
	frappe.db.set_value("Client", name, values)
	version = frappe.new_doc("Version", ref_doctype="Client", docname=name)
	version.data = frappe.as_json({"changed": [["stage", old, new]]})
	version.insert(ignore_permissions=True)  # perm: the trace of the system's own move
	rating.refresh([name])
	announce("client_stage_entered", client=name)


def _people(deal) -> list[str]:
	return list(dict.fromkeys(filter(None, [deal.client, *(party.client for party in deal.parties)])))


def _deal_phases(name: str) -> list[str]:
	"""The phases of the deals a client is a party to, the ended ones left out."""
	deal, party = frappe.qb.DocType("Deal"), frappe.qb.DocType("Deal Party")
	as_party = frappe.qb.from_(party).select(party.parent).where(party.client == name)
	query = frappe.qb.from_(deal).select(deal.phase).distinct().where(deal.docstatus < 2)
	return query.where((deal.client == name) | deal.name.isin(as_party)).run(pluck=True)


def _check_no_deal(client) -> None:
	if {phases.HELD, phases.LIVE, phases.CLOSING} & set(_deal_phases(client.name)):
		frappe.throw(
			_("Client {0} has a deal in progress: they can't be lost before it has ended.").format(
				get_link_to_form("Client", client.name, client.client_name)
			),
			title=_("Deal in Progress"),
		)
