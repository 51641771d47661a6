"""Requests to erase a person: asked for, decided by a manager, carried out in the background.

The books stay intact; services/privacy/traces.py says what is cleared. Source: Personal Information Protection
Law, art. 47.
"""

import frappe
from frappe import _
from frappe.utils import cstr, get_link_to_form, now_datetime

from agency_crm.accounting import parties
from agency_crm.domain.phases import ENDED_PHASES
from agency_crm.framework import jobs, notices, system_fields
from agency_crm.permissions.reader import manages
from agency_crm.services.office import people
from agency_crm.services.privacy import traces

DOCTYPE = "Client Erasure"
REQUESTED, APPROVED, DONE, REFUSED = "Requested", "Approved", "Done", "Refused"
MOST = 5  # records named in a refusal


def ask(client: str, reason: str) -> str:
	"""Record, as the session's user, that a person asks to be erased; tell the manager; return the request.

	Raises MandatoryError without a reason, ValidationError where one is open or the person is erased.
	"""
	reason = cstr(reason).strip()
	if not reason:
		frappe.throw(_("Say who asked, when and how: it stands in the request."), frappe.MandatoryError)
	doc = frappe.get_doc(
		"Client", client, for_update=True
	)  # under this lock the second of two requests sees the first
	if doc.erased_on:
		frappe.throw(_("Client {0} was erased.").format(doc.name))
	going_on = {"client": client, "status": ("in", (REQUESTED, APPROVED))}
	if there := frappe.db.get_value(DOCTYPE, going_on, for_update=True):
		frappe.throw(
			_("Client {0}: {1} asks for it already.").format(doc.name, get_link_to_form(DOCTYPE, there))
		)
	values = {"client": client, "store": doc.store, "reason": reason, "asked_on": now_datetime()}
	request = frappe.new_doc(DOCTYPE, asked_by=frappe.session.user, **values)
	with system_fields.writing(request):
		request.insert(ignore_permissions=True)  # perm: whoever may write the client passes the wish on

	def subject() -> str:
		return _("Client {0} asks to be erased: decide").format(client)

	notices.tell(people.managers_of(doc.store), subject, DOCTYPE, request.name)
	return request.name


def approve(name: str) -> None:
	"""Decide, as a manager above the client's store, to erase a person; a job does it at once.

	Raises PermissionError, and ValidationError naming what forbids it.
	"""
	request = _to_decide(name)
	if forbidding := hindrances(request.client):
		frappe.throw(_say(request.client, forbidding), title=_("Not Yet"))
	_decide(request, APPROVED)
	jobs.soon(run)


def refuse(name: str, reason: str) -> None:
	"""Decide that a person isn't erased, and say why. Raises PermissionError, MandatoryError."""
	request = _to_decide(name)
	if not cstr(reason).strip():
		frappe.throw(_("Say why it is refused: the person may ask."), frappe.MandatoryError)
	_decide(request, REFUSED, refusal=cstr(reason).strip())


def run() -> None:
	"""Erase every person whose erasure is approved, each in its own transaction; the next run takes the rest."""
	jobs.each(frappe.get_all(DOCTYPE, {"status": APPROVED}, pluck="name", order_by="decided_on"), _carry_out)


def hindrances(client: str) -> list[str]:
	"""Return what forbids erasing a client: open deals, viewings and listings, unsettled invoices."""
	found = [
		f"{_(doctype)} {get_link_to_form(doctype, name)}"
		for doctype, names in (
			("Deal", _going_on("Deal", "Deal Party", client)),
			("Listing", _going_on("Listing", "Listing Owner", client)),
			("Viewing", _going_on("Viewing", None, client)),
		)
		for name in names
	]
	customer = frappe.db.get_value("Client", client, "customer")
	vouchers = parties.open_vouchers(customer) if customer else []
	return found + [_("unsettled {0}").format(name) for name in vouchers[:MOST]]


def _going_on(doctype: str, table: str | None, client: str) -> list[str]:
	"""Records that haven't ended, which name the client: themselves, or in a row of `table`."""
	record = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(record).select(record.name).distinct().limit(MOST)
	if table:
		row = frappe.qb.DocType(table)
		query = query.join(row).on((row.parent == record.name) & (row.parenttype == doctype))
		query = query.where(row.client == client)
	else:
		query = query.where(record.client == client)
	return query.where(record.phase.notin(ENDED_PHASES)).run(pluck=True)


def _carry_out(name: str) -> None:
	request = frappe.get_doc(DOCTYPE, name, for_update=True)
	if request.status != APPROVED:
		return
	client = frappe.get_doc("Client", request.client, for_update=True)
	if forbidding := hindrances(client.name):  # begun since it was approved
		_set(request, status=REFUSED, refusal=_say(client.name, forbidding))
	else:
		traces.erase(client)
		_set(request, status=DONE, done_on=now_datetime())
	told = [request.asked_by, request.decided_by]

	def subject() -> str:
		return _("Erasure of client {0}: {1}").format(client.name, _(request.status, context=DOCTYPE))

	notices.tell(told, subject, DOCTYPE, name)


def _to_decide(name: str):
	request = frappe.get_doc(DOCTYPE, name, for_update=True)
	if not manages(request.store):
		frappe.throw(
			_("{0} {1} is decided by a manager above the client's store.").format(_(DOCTYPE), name),
			frappe.PermissionError,
		)
	if request.status != REQUESTED:
		frappe.throw(_("{0} {1} is decided already.").format(_(DOCTYPE), get_link_to_form(DOCTYPE, name)))
	return request


def _decide(request, status: str, **values) -> None:
	_set(request, status=status, decided_by=frappe.session.user, decided_on=now_datetime(), **values)
	if status == REFUSED:
		notices.tell(
			[request.asked_by], lambda: _("{0} was refused.").format(request.name), DOCTYPE, request.name
		)


def _set(request, **values) -> None:
	request.reload()  # what was cleared of it meanwhile stays cleared
	request.update(values)
	with system_fields.writing(request):
		request.save(ignore_permissions=True)  # perm: nobody writes it by hand; who decides was asked


def _say(client: str, forbidding: list[str]) -> str:
	return _("Client {0} can't be erased while these go on: {1}. End or settle them first.").format(
		client, ", ".join(forbidding)
	)
