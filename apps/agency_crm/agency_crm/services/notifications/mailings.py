"""Mails to a segment of clients: anybody writes, a manager approves, a job sends.

They go only to clients who agreed, have an e-mail address and are seen by the writer. Addresses are as secret
as numbers: people see only how many there are. Rules: docs/rules/clients.md, "Mailings".
"""

import hmac
from collections.abc import Iterable
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import (
	cint,
	cstr,
	escape_html,
	get_link_to_form,
	get_url,
	now_datetime,
	validate_email_address,
)
from frappe.utils.password import get_decrypted_password

from agency_crm.domain.rating import tagging
from agency_crm.framework import jobs, languages, notices
from agency_crm.framework.messages import label
from agency_crm.permissions.reader import manages, reader
from agency_crm.services.clients import segments
from agency_crm.services.listings import sheet
from agency_crm.services.matching import search
from agency_crm.services.office import agents, people
from agency_crm.services.privacy import secrets

DOCTYPE = "Client Mailing"
LONGEST_ADDRESS = 254  # RFC 5321
DRAFT, REQUESTED, SENDING, SENT = "Draft", "Requested", "Sending", "Sent"
CONTENT = ("subject", "segment", "message", "homes", "store")
NAME = "{name}"
PAGE = "stop-mails"
MOST_HOMES = 10


def check_mailing(mailing) -> None:
	"""Set the writer's store; require a segment of clients; refuse changes once a manager is asked."""
	before = mailing.get_doc_before_save()
	if before and before.status != DRAFT and any(mailing.has_value_changed(field) for field in CONTENT):
		_refuse_state(before)
	agents.set_agent_and_store(mailing)
	if not mailing.store:
		frappe.throw(
			_("{0} is missing: it says which manager lets the mailing out.").format(
				frappe.bold(label(mailing, "store"))
			),
			frappe.MandatoryError,
		)
	me = reader()
	if mailing.has_value_changed("store") and mailing.store != me.store and not manages(mailing.store):
		frappe.throw(
			_("{0}: choose your own, or one you manage.").format(frappe.bold(label(mailing, "store"))),
			frappe.PermissionError,
		)
	segment = frappe.db.get_value("Agency Tag", mailing.segment, ["kind", "applies_to"], as_dict=True)
	if mailing.segment and not (segment and (segment.kind, segment.applies_to) == ("Rule", tagging.CLIENT)):
		frappe.throw(
			_("{0}: {1} is no segment of clients.").format(
				frappe.bold(label(mailing, "segment")), frappe.bold(escape_html(mailing.segment))
			)
		)
	if cint(mailing.homes) > MOST_HOMES:
		frappe.throw(_("{0}: at most {1}.").format(frappe.bold(label(mailing, "homes")), MOST_HOMES))


def check_address(private) -> None:
	"""Check an e-mail address, unless it was left as the stars that Frappe shows for it."""
	if not private.email or private.is_dummy_password(private.email):
		return
	private.email = cstr(private.email).strip().lower()
	# length first: on a very long text Frappe's regular expression takes minutes
	if len(private.email) > LONGEST_ADDRESS or not validate_email_address(private.email):
		# not repeated: it is a secret
		frappe.throw(_("{0}: this is no e-mail address.").format(frappe.bold(label(private, "email"))))


def audience(mailing) -> dict:
	"""{"members", "reachable"}: how many clients of the segment its writer sees, and how many get the mail."""
	members = segments.members(mailing.segment, user=mailing.owner)
	return {"members": len(members), "reachable": len(_reachable(members))}


def request(name: str) -> None:
	"""Ask the manager to approve a draft. Raises ValidationError where it would reach nobody."""
	mailing = _locked(name, DRAFT)
	if not audience(mailing)["reachable"]:
		frappe.throw(
			_("{0} reaches nobody: no client of {1} that you see agreed and has an e-mail address.").format(
				get_link_to_form(DOCTYPE, name), frappe.bold(escape_html(mailing.segment))
			)
		)
	mailing.db_set("status", REQUESTED)

	def subject() -> str:
		return _("Mailing to {0}: let it out or send it back").format(mailing.segment)

	notices.tell(people.managers_of(mailing.store), subject, DOCTYPE, name)


def approve(name: str) -> None:
	"""Approve a mailing, as a manager above its store; a job sends it. Raises PermissionError."""
	mailing = _to_decide(name)
	if not _has_account():
		frappe.throw(_("Set up an Email Account that is the default for outgoing mails first."))
	values = {"status": SENDING, "approved_by": frappe.session.user, "approved_on": now_datetime()}
	mailing.db_set(values)
	jobs.soon(run)


def send_back(name: str, reason: str) -> None:
	"""Give a mailing back to its writer with a reason. Raises PermissionError, MandatoryError."""
	mailing = _to_decide(name)
	reason = cstr(reason).strip()
	if not reason:
		frappe.throw(_("Say what should be different."), frappe.MandatoryError)
	mailing.db_set("status", DRAFT)
	mailing.add_comment("Info", _("Sent back: {0}").format(escape_html(reason)))
	notices.tell(
		[mailing.owner], lambda: _("Mailing {0} was sent back").format(mailing.subject), DOCTYPE, name
	)


def run() -> None:
	"""Send approved mailings; runs hourly too. An interrupted run continues after the last client."""
	if _has_account():
		jobs.each(frappe.get_all(DOCTYPE, {"status": SENDING}, pluck="name"), _send)


def stop_link(client: str) -> str:
	"""Return a client's link to unsubscribe."""
	return get_url(f"/{PAGE}?{urlencode({'client': client, 'key': _key(client)})}")


def check_permission(client: str, key: str) -> None:
	"""Refuse a request without the key of a client's unsubscribe link."""
	if not is_key(client, key):
		frappe.throw(_("This link is not complete. Copy it whole from the mail."), frappe.PermissionError)


def is_key(client: str, key: str) -> bool:
	"""Whether `key` is the one of a client's link."""
	return hmac.compare_digest(_key(client), cstr(key))


def stop(client: str) -> None:
	"""Withdraw a client's consent, once; a deleted client gets the same answer."""
	if not frappe.db.exists("Client", client):
		return
	doc = frappe.get_doc("Client", client, for_update=True)
	if doc.consent != "Withdrawn" and not doc.erased_on:
		how = _("Link in a mail", frappe.get_system_settings("language"))
		doc.update({"consent": "Withdrawn", "consent_source": how})
		doc.save(ignore_permissions=True)  # perm: the client's own wish; the link's key was checked


def _send(name: str) -> None:
	mailing = frappe.get_doc(DOCTYPE, name)

	def send_to(client: str) -> None:
		# the mail and how far it reached are one transaction: two runs at once send it once
		now = _locked(name)
		if now.status != SENDING or client <= cstr(now.done_to):
			return
		with languages.speaking(languages.site()):
			sent = _mail(mailing, client)
		counted = {"mails_sent": now.mails_sent + sent, "left_out": now.left_out + (not sent)}
		now.db_set({"done_to": client, **counted}, update_modified=False)

	members = sorted(segments.members(mailing.segment, user=mailing.owner))
	jobs.each([client for client in members if client > cstr(mailing.done_to)], send_to)
	jobs.each([name], _end)


def _end(name: str) -> None:
	mailing = _locked(name)
	if mailing.status == SENDING:
		mailing.db_set({"status": SENT, "sent_on": now_datetime()})


def _mail(mailing, client: str) -> bool:
	"""Queue a client's mail; False for one who didn't agree or has no address."""
	if not _reachable([client]):
		return False
	called = frappe.db.get_value("Client", client, "client_name")
	frappe.sendmail(
		recipients=[get_decrypted_password("Client Private", client, "email")],
		subject=mailing.subject.replace(NAME, called),
		template="client_mailing",
		args={
			"message": mailing.message.replace(NAME, escape_html(called)),
			"homes": _homes(client, cint(mailing.homes)),
			"stop_link": stop_link(client),
			"stop_text": _("I want no more mails"),
		},
		add_unsubscribe_link=0,
		# what is queued goes with the person: services/privacy/traces.py
		reference_doctype="Client",
		reference_name=client,
	)
	return True


def _homes(client: str, most: int) -> list[str]:
	"""A line each of the public listings that suit a client best: without unit, room or owner."""
	wishes = frappe.get_all("Client Requirement", {"client": client, "status": "Open"}, pluck="name")
	found = [pair.listing for wish in wishes for pair in search.best_listings(wish, most)] if most else []
	public = {"name": ("in", found), "scope": "Public"}
	lines = {row.name: sheet.line(row) for row in frappe.get_all("Listing", public, sheet.LINE)}
	return [lines[name] for name in dict.fromkeys(found) if name in lines][:most]


def _reachable(clients: Iterable[str]) -> set[str]:
	"""Those who agreed and have an e-mail address."""
	names = list(clients)
	if not names:
		return set()
	agreed = {"name": ("in", names), "consent": "Given", "erased_on": ("is", "not set")}
	with_address = {"client": ("in", names), "email": ("is", "set")}
	kept = frappe.get_all("Client Private", with_address, pluck="client")
	return set(frappe.get_all("Client", agreed, pluck="name")) & set(kept)


def _has_account() -> bool:
	return bool(frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1}))


def _locked(name: str, status: str | None = None):
	"""Return the mailing, locked; refuse it in another status than the given one."""
	mailing = frappe.get_doc(DOCTYPE, name, for_update=True)
	if status and mailing.status != status:
		_refuse_state(mailing)
	return mailing


def _to_decide(name: str):
	mailing = _locked(name, REQUESTED)
	if not manages(mailing.store):
		frappe.throw(
			_("{0}: only a manager above its store may do this.").format(get_link_to_form(DOCTYPE, name)),
			frappe.PermissionError,
			title=_("Not Yours to Do"),
		)
	return mailing


def _refuse_state(mailing) -> None:
	frappe.throw(
		_("{0} is {1}: this can't be done any more.").format(
			get_link_to_form(DOCTYPE, mailing.name), frappe.bold(_(mailing.status, context=DOCTYPE))
		)
	)


def _key(client: str) -> str:
	return secrets.hash_number(f"{PAGE} {client}")
