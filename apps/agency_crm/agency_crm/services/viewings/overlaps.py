"""Overlapping viewings of one agent, one client, or homes that one key opens: warned of, or refused.

Agency Settings choose which, and the longest viewing. Rules: docs/rules/clients.md, "Viewings".
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, format_datetime, get_datetime, get_link_to_form

from agency_crm.domain.phases import DRAFT, HELD, LIVE
from agency_crm.services.office import agents

AHEAD = (DRAFT, HELD, LIVE)
REFUSE = "Refuse"
FACTS = ("name", "agent", "client", "scheduled_start", "scheduled_end")


def check_length(viewing) -> None:
	"""Refuse a viewing that is longer than the hours of Agency Settings; 0 bounds none."""
	most = cint(frappe.get_cached_doc("Agency Settings").viewing_hours_most)
	starts, ends = get_datetime(viewing.scheduled_start), get_datetime(viewing.scheduled_end)
	if most and ends > add_to_date(starts, hours=most):
		frappe.throw(
			_("Viewing: {0} is more than {1} hours after {2}.").format(
				frappe.bold(_("Ends")), most, frappe.bold(_("Starts"))
			)
		)


def check_overlaps(viewing) -> None:
	"""Warn of what else is planned at the time of a new or moved viewing, or refuse it."""
	if viewing.phase not in AHEAD or not _has_moved(viewing):
		return
	refuses = frappe.get_cached_doc("Agency Settings").viewing_overlap == REFUSE
	if refuses:  # with this lock the second of two concurrent saves sees the first
		frappe.db.get_value("Agent", viewing.agent, "name", for_update=True)
		frappe.db.get_value("Client", viewing.client, "name", for_update=True)
	found = _found(viewing, refuses)
	if not found:
		return
	said = [_say(why, other) for why, other in found]
	if refuses:
		frappe.throw(said, title=_("Viewings Overlap"), as_list=True)
	frappe.msgprint(said, title=_("Viewings Overlap"), indicator="orange", as_list=True)


def _has_moved(viewing) -> bool:
	before = viewing.get_doc_before_save()
	if not before or before.phase not in AHEAD:
		return True
	times = any(viewing.has_value_changed(field) for field in ("scheduled_start", "scheduled_end"))
	people = any(viewing.has_value_changed(field) for field in ("agent", "client"))
	return times or people or _keyed(before) != _keyed(viewing) or _agents(before) != _agents(viewing)


def _found(viewing, lock: bool) -> list[tuple[str, dict]]:
	"""(why, the other viewing) of each, once for the first reason there is."""
	table = frappe.qb.DocType("Viewing")
	ways = [
		(_("the agent"), table.agent.isin(_agents(viewing))),
		(_("the agent"), table.name.isin(_rows("Viewing Companion", "agent", _agents(viewing)))),
		(_("the client"), table.client == viewing.client),
		(_("the key"), table.name.isin(_rows("Viewing Stop", "listing", _keyed(viewing), needs_key=1))),
	]
	found: dict[str, tuple[str, dict]] = {}
	for why, whose in ways:
		for other in _at_that_time(viewing, whose, lock):
			found.setdefault(other.name, (why, other))
	return list(found.values())


def _at_that_time(viewing, whose, lock: bool) -> list[frappe._dict]:
	table = frappe.qb.DocType("Viewing")
	query = frappe.qb.from_(table).select(*(table[field] for field in FACTS)).where(whose)
	query = query.where(table.phase.isin(AHEAD) & (table.name != (viewing.name or "")))
	query = query.where(table.scheduled_start < get_datetime(viewing.scheduled_end))
	query = query.where(table.scheduled_end > get_datetime(viewing.scheduled_start))
	query = query.orderby(table.scheduled_start).limit(5)
	return (query.for_update() if lock else query).run(as_dict=True)


def _rows(doctype: str, field: str, values: Iterable[str], **filters) -> list[str]:
	"""The viewings that have one of these values in a row."""
	wanted = {field: ("in", sorted(values) or [""]), "parenttype": "Viewing", **filters}
	return frappe.get_all(doctype, wanted, pluck="parent", distinct=True, order_by="") or [""]


def _agents(viewing) -> set[str]:
	return {viewing.agent, *(row.agent for row in viewing.companions)}


def _keyed(viewing) -> set[str]:
	return {stop.listing for stop in viewing.stops if stop.needs_key}


def _say(why: str, other: frappe._dict) -> str:
	"""Which viewing it is, with no more than its time and agent where the user doesn't see it."""
	may_read = frappe.has_permission("Viewing", "read", doc=other.name)
	name = get_link_to_form("Viewing", other.name) if may_read else _("a viewing")
	agent = agents.name_of(other.agent) or ""
	return _("{0}: {1} of {2}, {3} to {4}").format(
		why, name, agent, format_datetime(other.scheduled_start), format_datetime(other.scheduled_end)
	)
