"""Who brought whom: a client or an agent who recommends us, by name or by a link of their own.

A link carries a code that says nothing of whose it is; taken back, it leads nowhere.
"""

import frappe
from frappe import _
from frappe.utils import escape_html, get_link_to_form, get_url

from agency_crm.services import agents

PAGE = "/find-your-home"
LONGEST_CHAIN = 100


def check(client) -> None:
	"""Nobody brings themselves, nor whoever brought them; and one names only a client one sees."""
	referrer = client.referred_by_client
	if not referrer or not (client.is_new() or client.has_value_changed("referred_by_client")):
		return
	if not client.flags.ignore_permissions:
		frappe.has_permission("Client", "read", doc=referrer, throw=True)
	if client.is_new():
		return
	for _step in range(LONGEST_CHAIN):
		if referrer == client.name:
			frappe.throw(
				_("{0}: client {1} can't be brought by themselves, or by somebody they brought.").format(
					frappe.bold(_("Referred by Client", context="Client")),
					get_link_to_form("Client", client.name, escape_html(client.client_name)),
				),
				title=_("Referred in a Circle"),
			)
		referrer = frappe.db.get_value("Client", referrer, "referred_by_client")
		if not referrer:
			return


def make_link(doctype: str, name: str) -> str:
	"""The address of the clients' page that says a Client or an Agent sent the reader, made when first asked."""
	code = frappe.db.get_value(doctype, name, "referral_code", for_update=True)
	if not code:
		code = frappe.generate_hash(length=16)
		frappe.db.set_value(doctype, name, "referral_code", code, update_modified=False)
	return get_url(f"{PAGE}?from={code}")


def is_own(doctype: str, name: str) -> bool:
	"""Whether it is the session's own Agent."""
	return doctype == "Agent" and name == agents.current_agent()


def revoke_link(doctype: str, name: str) -> None:
	"""Let the link of a Client or an Agent lead nowhere; the next one asked for is another."""
	frappe.db.set_value(doctype, name, "referral_code", None, update_modified=False)


def referrer_of(code: str | None) -> dict:
	"""{"referred_by_client": …} or {"referred_by": an Agent}, as Client takes them; {} for a code of nobody's."""
	if not code:
		return {}
	client = frappe.db.get_value("Client", {"referral_code": code, "erased_on": ("is", "not set")})
	if client:
		return {"referred_by_client": client}
	agent = frappe.db.get_value("Agent", {"referral_code": code, "status": ("!=", "Left")})
	return {"referred_by": agent} if agent else {}


def around(client: str) -> dict:
	"""{"brought_by", "brought": [{name, client_name, stage}]} of a client, as far as the session's user sees."""
	fields = ["name", "client_name", "stage"]
	referrer = frappe.db.get_value("Client", client, "referred_by_client")
	brought_by = frappe.get_list("Client", {"name": referrer}, fields, limit=1) if referrer else []
	brought = frappe.get_list(
		"Client", {"referred_by_client": client}, fields, order_by="creation desc", limit=50
	)
	return {"brought_by": brought_by[0] if brought_by else None, "brought": brought}
