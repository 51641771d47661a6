"""Clients, what they look for, and segments of them."""

import frappe

from agency_crm.tests.factory.office import make_store
from agency_crm.tests.factory.record import insert


def make_client(**fields):
	"""An individual client with one mobile number, inserted as the user of the session.

	The agent is the session's, if its user is one; otherwise the client is in the pool of a new store.
	"""
	values = {
		"client_name": f"Client {frappe.generate_hash(length=8)}",
		"client_type": "Individual",
		"phones": [{"number": make_phone(), "label": "Own", "is_primary": 1}],
	}
	if not {"agent", "store"} & fields.keys() and not frappe.db.exists(
		"Agent", {"user": frappe.session.user}
	):
		values["store"] = make_store().name
	pool = fields.pop("pool", None)
	client = insert("Client", {**values, **fields}, ignore_permissions=False)
	# a rule may have given it to an agent meanwhile
	if pool and not frappe.db.get_value("Client", client.name, "agent"):
		client.db_set("pool", pool, update_modified=False)
	return client


def make_phone() -> str:
	"""A mobile number that looks valid, another at every call."""
	return f"199{int(frappe.generate_hash(length=10), 16) % 10**8:08d}"


def make_requirement(client: str | None = None, **fields):
	"""A requirement to buy for 3 to 4 million CNY, inserted as the user of the session."""
	values = {
		"client": client or make_client().name,
		"requirement_type": "Buy",
		"budget_min": 3000000,
		"budget_max": 4000000,
	}
	return insert("Client Requirement", {**values, **fields}, ignore_permissions=False)


def make_segment(**fields):
	"""A segment of clients in stage Negotiating."""
	values = {
		"tag_name": f"Segment {frappe.generate_hash(length=8)}",
		"kind": "Rule",
		"applies_to": "Client",
		"conditions": [{"fact": "Stage", "operator": "Is", "value": "Negotiating"}],
	}
	return insert("Agency Tag", {**values, **fields})
