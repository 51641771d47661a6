"""Call lists: putting clients on one, and working through it."""

import frappe

from agency_crm.api.arguments import read_json
from agency_crm.services.follow_ups import call_lists


@frappe.whitelist(methods=["POST"])
def add(call_list: str, clients: str | list[str]) -> dict:
	"""Put chosen clients on a list of the user's: {"added", "left_out"}, how many."""
	doc = frappe.get_doc(call_lists.DOCTYPE, call_list)
	doc.check_permission("write")
	return call_lists.add(doc, read_json("clients", clients, list, of=str))


@frappe.whitelist()
def progress(call_list: str) -> dict:
	"""How far a list is: {"open", "done", "skipped", "agents": [{agent_name, open, done, skipped}], "next"}."""
	frappe.has_permission(call_lists.DOCTYPE, "read", doc=call_list, throw=True)
	return call_lists.progress(call_list)


@frappe.whitelist()
def next_task(call_list: str) -> str | None:
	"""The first open task of a list that the user does themselves."""
	frappe.has_permission(call_lists.DOCTYPE, "read", doc=call_list, throw=True)
	return call_lists.next_task(call_list)
