"""Clients, what they look for, and what was last heard of them.

Rules: design.md §3, rules.md §3. Budgets are CNY, areas m².
"""

import frappe
from frappe import _
from frappe.utils import cint, cstr, flt, get_datetime, get_link_to_form

from agency_crm.services import agents
from agency_crm.services.library import lapses

# what happens moves a client forward along these, never back
COURSE = ("Prospect", "Interested", "Viewing", "Negotiating", "Closed", "After-sale")
EFFECTIVE_LENGTH = 10
RANGES = (("budget_min", "budget_max"), ("bedrooms_min", "bedrooms_max"), ("area_min", "area_max"))


def set_people(client) -> None:
	"""Whoever enters a client has it; one without an agent stands in a store's pool."""
	agents.set_agent_and_store(client)
	if not client.agent and client.pool == "Private":
		client.pool = "Store"
	if not client.agent and not client.store:
		frappe.throw(
			_("Client {0} belongs to nobody: choose an {1} or a {2}.").format(
				client.client_name, frappe.bold(_("Agent")), frappe.bold(_("Store"))
			),
			frappe.MandatoryError,
		)


def check_phones(client) -> None:
	"""A client has a number to call, and one of them is the main one."""
	client.client_name = cstr(client.client_name).strip()
	if not client.phones:
		frappe.throw(
			_("Client {0}: enter at least one number under {1}.").format(
				client.client_name, frappe.bold(_("Phones"))
			),
			frappe.MandatoryError,
		)
	main = next((row for row in client.phones if row.is_primary), client.phones[0])
	for row in client.phones:
		row.is_primary = int(row is main)


def warn_known(client) -> None:
	"""Tell that a new number is already another client's: who it is where the user may see that."""
	before = client.get_doc_before_save()
	old = {row.number_hash for row in before.phones} if before else set()
	hashes = {row.number_hash for row in client.phones if row.number_hash} - old
	for other in known_clients(hashes, but=client.name):
		frappe.msgprint(
			_("The number {0} is already known: {1}").format(other.number_masked, _who(other)),
			title=_("Number Already Known"),
			indicator="orange",
		)


def known_clients(hashes: set[str], but: str | None = None) -> list[dict]:
	"""Clients other than `but` with one of these number hashes: name, number_masked, agent, store."""
	if not hashes:
		return []
	phone, client = frappe.qb.DocType("Client Phone"), frappe.qb.DocType("Client")
	query = (
		frappe.qb.from_(phone)
		.join(client)
		.on(client.name == phone.parent)
		.select(client.name, client.client_name, client.agent, client.store, phone.number_masked)
		.where(phone.number_hash.isin(sorted(hashes)) & (client.name != (but or "")))
	)
	return query.limit(5).run(as_dict=True)


def _who(other: dict) -> str:
	if frappe.has_permission("Client", "read", doc=other.name):
		return get_link_to_form("Client", other.name, other.client_name)
	agent = frappe.db.get_value("Agent", other.agent, "agent_name") if other.agent else _("no agent")
	return _("a client of {0}, {1}").format(agent, other.store or _("no store"))


def advance(name: str, stage: str) -> None:
	"""Move a client forward to `stage` because of what happened; one further on, or lost, stays."""
	now = frappe.db.get_value("Client", name, "stage", for_update=True)
	if now in COURSE and COURSE.index(now) < COURSE.index(stage):
		frappe.db.set_value("Client", name, "stage", stage)


def check_requirement(requirement) -> None:
	"""The upper end of every range is at least its lower end; nothing is below zero."""
	for low, high in RANGES:
		least, most = flt(requirement.get(low)), flt(requirement.get(high))
		for field, value in ((low, least), (high, most)):
			if value < 0:
				frappe.throw(_("{0} is below zero.").format(frappe.bold(_label(requirement, field))))
		if most and least > most:
			frappe.throw(
				_("{0} is below {1}.").format(
					frappe.bold(_label(requirement, high)), frappe.bold(_label(requirement, low))
				)
			)
	if not flt(requirement.budget_max) and not flt(requirement.budget_min):
		frappe.throw(
			_("Enter {0} or {1}: without a budget nothing can be matched.").format(
				*(frappe.bold(_label(requirement, field)) for field in ("budget_min", "budget_max"))
			),
			frappe.MandatoryError,
		)


def check_client_open(doc) -> None:
	"""Work on a client is for those who may see it."""
	if doc.client and not doc.flags.ignore_permissions and (doc.is_new() or doc.has_value_changed("client")):
		frappe.has_permission("Client", "read", doc=doc.client, throw=True)


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
	check_client_open(follow_up)
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
	if follow_up.listing and follow_up.is_effective:
		lapses.note_act(follow_up.listing, follow_up.followed_on)


def _label(doc, fieldname: str) -> str:
	return _(doc.meta.get_label(fieldname), context=doc.doctype)
