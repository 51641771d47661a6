"""Who brought whom, and the links by which clients and agents send others."""

from typing import Literal

import frappe

from agency_crm.api.arguments import check_word
from agency_crm.services.clients import referrals

Referrer = Literal["Client", "Agent"]


@frappe.whitelist()
def around(client: str) -> dict:
	"""{"brought_by", "brought": [{name, client_name, stage}]}: who brought a client, and whom they brought."""
	frappe.has_permission("Client", "read", doc=client, throw=True)
	return referrals.around(client)


@frappe.whitelist(methods=["POST"])
def make_link(doctype: Referrer, name: str) -> str:
	"""The address that says a client of the user's, or they themselves, sent whoever opens it."""
	check_word("doctype", doctype, Referrer)
	if not referrals.is_own(doctype, name):
		frappe.has_permission(doctype, "write", doc=name, throw=True)
	return referrals.make_link(doctype, name)


@frappe.whitelist(methods=["POST"])
def revoke_link(doctype: Referrer, name: str) -> None:
	"""Let the link given out so far lead nowhere."""
	check_word("doctype", doctype, Referrer)
	if not referrals.is_own(doctype, name):
		frappe.has_permission(doctype, "write", doc=name, throw=True)
	referrals.revoke_link(doctype, name)
