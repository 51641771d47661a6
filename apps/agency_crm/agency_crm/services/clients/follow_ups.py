"""What was last heard of a client or a listing, and when to ask again. Rules: rules.md §3."""

import frappe
from frappe import _
from frappe.utils import cint, cstr, get_datetime

from agency_crm.services import agents
from agency_crm.services.clients import acts, record
from agency_crm.services.library import lapses

EFFECTIVE_LENGTH = 10


def check_follow_up(follow_up) -> None:
	"""A follow-up is about a listing or a client its writer may see."""
	follow_up.content = cstr(follow_up.content).strip()
	if not (follow_up.listing or follow_up.client):
		frappe.throw(
			_("Choose the {0} or the {1} this follow-up is about.").format(
				frappe.bold(_("Listing")), frappe.bold(_("Client"))
			),
			frappe.MandatoryError,
		)
	record.check_client_open(follow_up)
	if follow_up.listing and not follow_up.flags.ignore_permissions:
		frappe.has_permission("Listing", "read", doc=follow_up.listing, throw=True)
	agents.set_agent_and_store(follow_up)
	is_call = follow_up.method == "Call"
	follow_up.is_effective = cint(is_call or len(follow_up.content) >= EFFECTIVE_LENGTH)


def note_follow_up(follow_up) -> None:
	"""Carry the newest follow-up's days to its listing and client."""
	for doctype, name in (("Listing", follow_up.listing), ("Client", follow_up.client)):
		if not name:
			continue
		last = frappe.db.get_value(doctype, name, "last_follow_up_on", for_update=True)
		if last and get_datetime(last) > get_datetime(follow_up.followed_on):
			continue
		days = {
			"last_follow_up_on": follow_up.followed_on,
			"next_follow_up_on": follow_up.next_follow_up_on,
		}
		frappe.db.set_value(doctype, name, days, update_modified=False)
	if not follow_up.is_effective:
		return
	if follow_up.listing:
		lapses.note_act(follow_up.listing, follow_up.followed_on)
	if follow_up.client:
		acts.note(follow_up.client, follow_up.followed_on)
