"""What the workspace counts for the user who looks: always through `get_list`, so by their own rows."""

import frappe
from frappe import _
from frappe.model.workflow import get_workflow_name
from frappe.utils import add_days, today

from agency_crm.domain.phases import DRAFT, LIVE
from agency_crm.framework.workflow_guard import states_between
from agency_crm.permissions.reader import reader
from agency_crm.services.listings import overview


@frappe.whitelist()
def clients_to_follow_up(filters: str | list | dict | None = None) -> dict:
	"""Clients of mine whose next follow-up is due, as a custom Number Card wants it."""
	frappe.has_permission("Client", "read", throw=True)
	return _follow_ups("Client", "agent")


@frappe.whitelist()
def listings_to_follow_up(filters: str | list | dict | None = None) -> dict:
	"""Listings I maintain whose next follow-up is due."""
	frappe.has_permission("Listing", "read", throw=True)
	return _follow_ups("Listing", "maintainer")


@frappe.whitelist()
def listings_to_verify(filters: str | list | dict | None = None) -> dict:
	"""Listings in a state from which the workflow's next step makes them live."""
	frappe.has_permission("Listing", "read", throw=True)
	return _card("Listing", {"status": ["in", states_between("Listing", DRAFT, LIVE)]})


@frappe.whitelist()
def deals_by_state() -> dict:
	"""Chart data: how many deals stand in each state, in the workflow's order.

	A source of our own because Frappe keeps a chart's figures under one name for all users.
	"""
	frappe.has_permission("Deal", "read", throw=True)
	rows = frappe.get_list(
		"Deal", fields=["status", "count(*) as deals"], group_by="status", order_by="status"
	)
	counts = {row.status: row.deals for row in rows}
	workflow = get_workflow_name("Deal")
	order = [row.state for row in frappe.get_cached_doc("Workflow", workflow).states] if workflow else []
	states = [state for state in dict.fromkeys([*order, *counts]) if counts.get(state)]
	return {
		"labels": [_(state, context="Deal") for state in states],
		"datasets": [{"name": _("Deals"), "values": [counts[state] for state in states]}],
	}


@frappe.whitelist()
def overdue_tasks(filters: str | list | dict | None = None) -> dict:
	"""Open follow-up tasks whose day has passed: my own, or those of the stores I manage."""
	frappe.has_permission("Follow Up Task", "read", throw=True)
	return _card("Follow Up Task", {"status": "Open", "due_on": ["<", today()], **_mine()})


@frappe.whitelist()
def tasks_due_today(filters: str | list | dict | None = None) -> dict:
	"""Open follow-up tasks of today: my own, or those of the stores I manage."""
	frappe.has_permission("Follow Up Task", "read", throw=True)
	return _card("Follow Up Task", {"status": "Open", "due_on": today(), **_mine()})


@frappe.whitelist()
def clients_falling_soon(filters: str | list | dict | None = None) -> dict:
	"""Private clients whose agent was reminded that they fall to the pool, and did nothing yet."""
	frappe.has_permission("Client", "read", throw=True)
	return _card("Client", {"pool": "Private", "fall_reminded_on": ["is", "set"], **_mine()})


@frappe.whitelist()
def new_client_enquiries(filters: str | list | dict | None = None) -> dict:
	"""Enquiries of clients in my queue that nobody has taken yet."""
	frappe.has_permission("Client Enquiry", "read", throw=True)
	return _card("Client Enquiry", {"status": "New"})


@frappe.whitelist()
def pool_clients(filters: str | list | dict | None = None) -> dict:
	"""Clients of the pools I see, open to be claimed."""
	frappe.has_permission("Client", "read", throw=True)
	return _card("Client", {"pool": ["in", ["Store", "Area"]]})


@frappe.whitelist()
def new_clients(filters: str | list | dict | None = None) -> dict:
	"""Clients of the last seven days: my own, or those of the stores I manage."""
	frappe.has_permission("Client", "read", throw=True)
	return _card("Client", {"creation": [">", add_days(today(), -7)], **_mine()})


def _mine() -> dict:
	"""The agent's own rows; a manager or an administrator sees those of everybody below."""
	me = reader()
	return {} if me.sees_all or me.managed or not me.agent else {"agent": me.agent}


def _follow_ups(doctype: str, agent_field: str) -> dict:
	"""A manager without an Agent record sees what is due on all rows open to them."""
	# "<=" would count the rows without a date
	filters = {"next_follow_up_on": ["between", ["2000-01-01", today()]]}
	agent = frappe.db.get_value("Agent", {"user": frappe.session.user})
	if agent:
		filters[agent_field] = agent
	return _card(doctype, filters)


def _card(doctype: str, filters: dict) -> dict:
	count = frappe.get_list(doctype, fields=["count(*) as rows_found"], filters=filters, order_by="")
	return {
		"value": count[0].rows_found if count else 0,
		"fieldtype": "Int",
		"route": ["List", doctype],
		"route_options": filters,
	}


@frappe.whitelist()
def listings_by_store() -> dict:
	"""Chart data: the listings on the market of the stores I manage, and how many of them are stale."""
	frappe.has_permission("Listing", "report", throw=True)
	rows = overview.by_store(frappe._dict())
	return {
		"labels": [row.store or _("No Store") for row in rows],
		"datasets": [
			{"name": _("On the Market"), "values": [row.live for row in rows]},
			{"name": _("Stale"), "values": [row.stale for row in rows]},
		],
	}


@frappe.whitelist()
def new_listings(filters: str | list | dict | None = None) -> dict:
	"""Listings of the stores I manage that came onto the market in the last seven days."""
	frappe.has_permission("Listing", "report", throw=True)
	return _figure("new")


@frappe.whitelist()
def verified_listings(filters: str | list | dict | None = None) -> dict:
	"""Verified listings on the market of the stores I manage."""
	frappe.has_permission("Listing", "report", throw=True)
	return _figure("verified")


@frappe.whitelist()
def stale_listings(filters: str | list | dict | None = None) -> dict:
	"""Listings of the stores I manage that nobody has followed up for too long."""
	frappe.has_permission("Listing", "report", throw=True)
	return _figure("stale")


@frappe.whitelist()
def failed_listings(filters: str | list | dict | None = None) -> dict:
	"""Listings of the stores I manage that failed their verification."""
	frappe.has_permission("Listing", "report", throw=True)
	return _figure("failed")


@frappe.whitelist()
def days_on_the_market(filters: str | list | dict | None = None) -> dict:
	"""How many days the listings of the stores I manage have been on the market on average."""
	frappe.has_permission("Listing", "report", throw=True)
	return _figure("days") | {"fieldtype": "Float"}


def _figure(name: str) -> dict:
	"""A figure of the report Listing Overview, which the card opens."""
	week = frappe._dict(from_date=add_days(today(), -7))
	total = overview.total(overview.by_store(week))
	return {
		"value": total[name] or 0,
		"fieldtype": "Int",
		"route": ["query-report", "Listing Overview"],
		"route_options": {},
	}
