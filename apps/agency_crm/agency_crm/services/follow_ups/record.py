"""Follow-ups: when a client or listing was last heard of, and when to ask again.

Rules: docs/rules/clients.md, "Follow-ups".
"""

import frappe
from frappe import _
from frappe.utils import cint, cstr, get_datetime, getdate, now_datetime

from agency_crm.services.clients import record
from agency_crm.services.follow_ups import acts, plans, tasks
from agency_crm.services.office import agents
from agency_crm.services.pools import listings as lapses

EFFECTIVE_LENGTH = 10


def check_follow_up(follow_up) -> None:
	"""Require a listing or a client whom the writer may see."""
	follow_up.content = cstr(follow_up.content).strip()
	if not (follow_up.listing or follow_up.client):
		frappe.throw(
			_("Choose the {0} or the {1} this follow-up is about.").format(
				frappe.bold(_("Listing")), frappe.bold(_("Client"))
			),
			frappe.MandatoryError,
		)
	record.check_client_open(follow_up)
	# one dated ahead would stay the newest until then and hide what is agreed meanwhile
	follow_up.followed_on = min(get_datetime(follow_up.followed_on), now_datetime())
	if follow_up.is_new():
		tasks.pick(follow_up)
	if follow_up.listing and not follow_up.flags.ignore_permissions:
		frappe.has_permission("Listing", "read", doc=follow_up.listing, throw=True)
	agents.set_agent_and_store(follow_up)
	is_call = follow_up.method == "Call"
	follow_up.is_effective = cint(is_call or len(follow_up.content) >= EFFECTIVE_LENGTH)


def note_follow_up(follow_up) -> None:
	"""Copy the newest follow-up's days to its listing and client, and close the client's task."""
	if follow_up.listing and _note_day("Listing", follow_up.listing, follow_up):
		day = follow_up.next_follow_up_on
		frappe.db.set_value("Listing", follow_up.listing, "next_follow_up_on", day, update_modified=False)
	if follow_up.client:
		_do_task(follow_up, is_newest=_note_day("Client", follow_up.client, follow_up))
	if not follow_up.is_effective:
		return
	if follow_up.listing:
		lapses.note_act(follow_up.listing, follow_up.followed_on)
	if follow_up.client:
		acts.note(follow_up.client, follow_up.followed_on)


def _note_day(doctype: str, name: str, follow_up) -> bool:
	"""Set the day of the last follow-up; return whether this one is the newest."""
	last = frappe.db.get_value(doctype, name, "last_follow_up_on", for_update=True)
	if last and get_datetime(last) > get_datetime(follow_up.followed_on):
		return False
	day = follow_up.followed_on
	frappe.db.set_value(doctype, name, "last_follow_up_on", day, update_modified=False)
	return True


def _do_task(follow_up, is_newest: bool) -> None:
	"""Close the follow-up's task, make one for the agreed day, and go on with the plan after it."""
	if not follow_up.flags.in_insert:
		return
	task = tasks.close(follow_up)
	agreed = getdate(follow_up.next_follow_up_on) if is_newest and follow_up.next_follow_up_on else None
	if agreed:
		tasks.agree(plans.facts(follow_up.client), agreed, follow_up.name, follow_up.method)
		plans.wait(follow_up.client, agreed)
	if task and task.plan:
		plans.go_on(task, after=agreed)
	tasks.refresh([follow_up.client])
