"""Stores and agents."""

import frappe

from agency_crm.tests.factory.record import insert
from agency_crm.tests.factory.users import make_user


def make_store(parent: str | None = None, **fields):
	"""A store of the site's first company, below `parent`, with that company's cost centre."""
	company = (
		fields.get("company") or frappe.get_all("Company", pluck="name", order_by="creation", limit=1)[0]
	)
	values = {
		"store_name": f"Store {frappe.generate_hash(length=8)}",
		"parent_store": parent,
		"company": company,
		"cost_center": frappe.db.get_value("Company", company, "cost_center"),
	}
	return insert("Store", {**values, **fields})


def make_agent(*roles: str, **fields):
	"""An agent with a user of these roles (Agency Agent if none is named) and a store of their own."""
	user = fields.pop("user", None) or make_user(*(roles or ("Agency Agent",))).name
	values = {"agent_name": f"Agent {frappe.generate_hash(length=8)}", "user": user}
	if "store" not in fields:
		values["store"] = make_store().name
	return insert("Agent", {**values, **fields})
