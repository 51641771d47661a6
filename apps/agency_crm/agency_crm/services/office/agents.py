"""Agents, and the stores they belong to."""

from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce
from frappe.utils import add_days, get_link_to_form, getdate

from agency_crm.framework import system_fields
from agency_crm.permissions.reader import manages


def current_agent() -> str | None:
	"""The active agent of the session's user."""
	return frappe.db.get_value("Agent", {"user": frappe.session.user, "status": ("!=", "Left")})


def name_of(agent: str | None) -> str | None:
	"""Return what people call an agent; None for none."""
	return frappe.db.get_value("Agent", agent, "agent_name") if agent else None


def set_agent_and_store(doc, agent_field: str = "agent") -> None:
	"""Fill an empty agent with the session's own, and the store of a new or another agent from it."""
	if doc.is_new() and not doc.get(agent_field):
		doc.set(agent_field, current_agent())
	agent = doc.get(agent_field)
	if agent and (not doc.get("store") or doc.has_value_changed(agent_field)):
		doc.store = frappe.get_cached_value("Agent", agent, "store")


def check_move(doc) -> None:
	"""Refuse to move a record into another store, except by a manager of both stores or by a service.

	Raises PermissionError. Rules: docs/rules/visibility.md, "Another store".
	"""
	before = doc.get_doc_before_save()
	if system_fields.is_writing(doc) or not (before and before.store) or before.store == doc.store:
		return
	foreign = [store for store in (before.store, doc.store) if not manages(store)]
	if foreign:
		frappe.throw(
			_("{0} {1}: only a manager of both stores moves it from {2} to {3}.").format(
				_(doc.doctype),
				get_link_to_form(doc.doctype, doc.name),
				frappe.bold(before.store),
				frappe.bold(doc.store or "-"),
			),
			frappe.PermissionError,
			title=_("Not Changed by Hand"),
		)


def check_agent(agent) -> None:
	"""Require a day of leaving for an agent who left, and none for one who works here."""
	if agent.status == "Left" and not agent.left_on:
		frappe.throw(
			_("Agent {0}: enter {1}.").format(agent.agent_name, frappe.bold(_("Left On"))),
			frappe.MandatoryError,
		)
	if agent.status != "Left":
		agent.left_on = None
	if agent.on_leave_to and (
		not agent.on_leave_from or getdate(agent.on_leave_to) < getdate(agent.on_leave_from)
	):
		frappe.throw(
			_("Agent {0}: {1} must not be after {2}.").format(
				agent.agent_name, frappe.bold(_("On Leave From")), frappe.bold(_("On Leave To"))
			)
		)


def at_work(agent, day: date):
	"""Return the criterion on Agent: not on approved leave on that day."""
	begins, ends = Coalesce(agent.on_leave_from, add_days(day, 1)), Coalesce(agent.on_leave_to, day)
	return (agent.status != "On Leave") & ((begins > day) | (ends < day))


def check_store(store) -> None:
	"""Require a group as a store's parent, and a cost centre of the store's company.

	A store takes company and territory from its parent where it has none.
	"""
	if store.parent_store:
		fields = ["is_group", "company", "territory"]
		parent = frappe.db.get_value("Store", store.parent_store, fields, as_dict=True)
		if not parent.is_group:
			frappe.throw(
				_("Store {0}: {1} is not a group. Tick {2} there or choose another {3}.").format(
					store.store_name,
					frappe.bold(store.parent_store),
					frappe.bold(_("Is Group")),
					frappe.bold(_("Parent Store")),
				)
			)
		store.company = store.company or parent.company
		store.territory = store.territory or parent.territory
	if store.cost_center:
		centre = frappe.db.get_value("Cost Center", store.cost_center, ["company", "is_group"], as_dict=True)
		if centre.company != store.company or centre.is_group:
			frappe.throw(
				_("Store {0}: {1} must be a cost centre of {2} that is not a group.").format(
					store.store_name, frappe.bold(store.cost_center), frappe.bold(store.company)
				)
			)
