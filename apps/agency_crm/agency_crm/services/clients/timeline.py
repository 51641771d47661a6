"""Everything that happened with a client, in the timeline of its form beside Frappe's comments and changes.

Read as the session's user, one list a kind: who sees which row is said in permissions/visibility.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import cstr, escape_html, formatdate, get_datetime, get_url_to_form

NEWEST = 50  # of each kind


@dataclass(frozen=True)
class Kind:
	"""A DocType whose rows stand in the timeline: when they happened, what is read of them and said."""

	doctype: str
	at: str
	icon: str
	fields: tuple[str, ...]
	say: Callable[[dict], tuple]
	link: str = "client"


def items(doctype: str, name: str) -> list[dict]:
	"""The hook `additional_timeline_content` of a Client: [{"icon", "creation", "content", "is_card"}], newest first.

	Names of people are looked up once for all; the content is HTML.
	"""
	found = [
		(kind, row)
		for kind in KINDS
		if frappe.has_permission(kind.doctype, "read")
		for row in frappe.get_list(
			kind.doctype,
			filters={kind.link: name},
			fields=["name", f"{kind.at} as at", *kind.fields],
			order_by=f"{kind.at} desc",
			limit=NEWEST,
		)
	]
	_name_people([row for _kind, row in found])
	found.sort(key=lambda one: cstr(one[1]["at"]), reverse=True)
	return [
		{"icon": kind.icon, "creation": row.at, "content": _content(kind, row), "is_card": True}
		for kind, row in found
	]


def _content(kind: Kind, row: frappe._dict) -> str:
	"""A line with what it was, linked, and who; what was said below it."""
	what, facts, text = kind.say(row)
	link = f'<a href="{get_url_to_form(kind.doctype, row.name)}">{escape_html(what)}</a>'
	at = get_datetime(row.at)
	line = " · ".join(
		[link, *(escape_html(cstr(fact)) for fact in facts if fact), f"{formatdate(at)} {at:%H:%M}"]
	)
	below = escape_html(cstr(text)).replace("\n", "<br>")
	return f"<div>{line}</div>" + (f'<div class="mt-1">{below}</div>' if below else "")


def _name_people(rows: list[dict]) -> None:
	"""Put the names of agents and users in the place of their keys."""
	for doctype, title, fields in (
		("Agent", "agent_name", ("agent", "from_agent", "to_agent")),
		("User", "full_name", ("user", "by", "asked_by")),
	):
		keys = {row[field] for row in rows for field in fields if row.get(field)}
		if not keys:
			continue
		names = dict(frappe.get_all(doctype, {"name": ("in", keys)}, ["name", title], as_list=True))
		for row in rows:
			row.update({field: names.get(row[field]) for field in fields if row.get(field)})


def _follow_up(row: frappe._dict) -> tuple:
	following = _("next on {0}").format(formatdate(row.next_follow_up_on)) if row.next_follow_up_on else ""
	return _(row.method, context="Follow Up"), (row.agent, following), row.content


def _viewing(row: frappe._dict) -> tuple:
	status = _(row.status, context="Viewing")
	return _("Viewing"), (status, row.agent), row.cancel_reason or row.remarks


def _deal(row: frappe._dict) -> tuple:
	return _("Deal"), (_(row.status, context="Deal"), row.listing_title, row.agent), ""


def _requirement(row: frappe._dict) -> tuple:
	facts = (
		_(row.requirement_type, context="Client Requirement"),
		_(row.status, context="Client Requirement"),
	)
	return _("Client Requirement"), facts, row.remarks


def _reveal(row: frappe._dict) -> tuple:
	what = _("{0} shown").format(_(row.what, context="Contact Reveal"))
	if row.what == "Number Check":
		what = _("Number typed elsewhere")
	return what, (row.number_masked, row.user), row.reason


def _movement(row: frappe._dict) -> tuple:
	def place(way: str) -> str:
		pool = row[f"{way}_pool"]
		return row[f"{way}_agent"] or (_(pool, context="Client Movement") if pool else "")

	way = " → ".join(filter(None, (place("from"), place("to"))))
	return _(row.kind, context="Client Movement"), (way, row.by), row.reason


def _erasure(row: frappe._dict) -> tuple:
	status = _(row.status, context="Client Erasure")
	return _("Client Erasure"), (status, row.asked_by), row.refusal or row.reason


# an Offer, once there is one, is one more line
KINDS = (
	Kind("Follow Up", "followed_on", "call", ("method", "agent", "next_follow_up_on", "content"), _follow_up),
	Kind("Viewing", "scheduled_start", "calendar", ("status", "agent", "cancel_reason", "remarks"), _viewing),
	Kind("Deal", "creation", "income", ("status", "listing_title", "agent"), _deal),
	Kind("Client Requirement", "creation", "search", ("requirement_type", "status", "remarks"), _requirement),
	Kind("Contact Reveal", "revealed_at", "view", ("what", "number_masked", "user", "reason"), _reveal),
	Kind(
		"Client Movement",
		"at",
		"branch",
		("kind", "by", "from_agent", "to_agent", "from_pool", "to_pool", "reason"),
		_movement,
	),
	Kind("Client Erasure", "asked_on", "delete", ("status", "asked_by", "reason", "refusal"), _erasure),
)
