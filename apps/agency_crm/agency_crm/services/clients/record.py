"""What every client's record has: somebody it belongs to, and a number to call."""

import frappe
from frappe import _
from frappe.utils import cstr

from agency_crm.services import agents


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


def check_client_open(doc) -> None:
	"""Work on a client is for those who may see it."""
	if doc.client and not doc.flags.ignore_permissions and (doc.is_new() or doc.has_value_changed("client")):
		frappe.has_permission("Client", "read", doc=doc.client, throw=True)
