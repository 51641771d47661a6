"""Who brought whom: a client or an agent who recommends us, by name or by a link of their own.

A link carries a code that says nothing of whose it is; taken back, it leads nowhere.
"""

import frappe
from frappe import _
from frappe.utils import cstr, escape_html, get_link_to_form, get_url

from agency_crm.domain.follow_ups.plans import LOST
from agency_crm.domain.phases import SIGNED
from agency_crm.framework.messages import label
from agency_crm.services.office import agents, decisions, people

PAGE = "/find-your-home"
LONGEST_CHAIN = 100
SETTLED = ("referred_by", "referred_by_client")


def check_referral(client) -> None:
	"""Refuse a later change of who brought a client, a client who brings themselves, and one the user can't see."""
	_check_settled(client)
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


def _check_settled(client) -> None:
	"""Refuse to change who brought a client after entry, for it earns a share of each deal.

	Later only an uninvolved manager above may. Raises PermissionError.
	"""
	before = client.get_doc_before_save()
	if not before or client.flags.ignore_permissions:
		return
	changed = next((field for field in SETTLED if cstr(before.get(field)) != cstr(client.get(field))), None)
	if not changed:
		return
	receivers = people.users_of(filter(None, (before.referred_by, client.referred_by, before.agent)))
	if decisions.may_decide(before.store, set(receivers)):
		return
	frappe.throw(
		_(
			"Client {0}: {1} is settled when the client is entered. Ask for it with a Client Request: a manager above decides who has no part in it."
		).format(get_link_to_form("Client", client.name), frappe.bold(label(client, changed))),
		frappe.PermissionError,
		title=_("Not Changed by Hand"),
	)


def make_link(doctype: str, name: str) -> str:
	"""Return the address of the clients' page with the referral code of a Client or an Agent, made on first use."""
	code = frappe.db.get_value(doctype, name, "referral_code", for_update=True)
	if not code:
		code = frappe.generate_hash(length=16)
		frappe.db.set_value(doctype, name, "referral_code", code, update_modified=False)
	return get_url(f"{PAGE}?from={code}")


def is_own(doctype: str, name: str) -> bool:
	"""Whether it is the session's own Agent."""
	return doctype == "Agent" and name == agents.current_agent()


def revoke_link(doctype: str, name: str) -> None:
	"""Revoke the link of a Client or an Agent; the next one asked for is another."""
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


def by_referrer(from_date=None, to_date=None) -> list[dict]:
	"""[{referrer, kind, clients, lost, deals, names}]: who brought whom, most deals first.

	Of the clients the session's user sees; who brought them is named only where that is seen too.
	"""
	brought = _brought(from_date, to_date)
	deals = _deals_of([row.name for row in brought])
	named = _names_of(brought)
	groups: dict[tuple, list] = {}
	for row in brought:
		kind = "Client" if row.referred_by_client else "Agent"
		groups.setdefault((kind, row.referred_by_client or row.referred_by), []).append(row)
	rows = [
		{
			"referrer": named.get(key) or _("a client of somebody else's"),
			"kind": key[0],
			"clients": len(clients),
			"lost": sum(client.stage == LOST for client in clients),
			"deals": sum(deals.get(client.name, 0) for client in clients),
			"names": "、".join(client.client_name for client in clients),
		}
		for key, clients in groups.items()
	]
	return sorted(rows, key=lambda row: (-row["deals"], -row["clients"], row["referrer"]))


def _brought(from_date, to_date) -> list[dict]:
	fields = ["name", "client_name", "stage", "referred_by", "referred_by_client"]
	filters = [["creation", "between", [from_date or "2000-01-01", to_date or "2999-12-31"]]]
	either = [["referred_by", "is", "set"], ["referred_by_client", "is", "set"]]
	return frappe.get_list(
		"Client", fields=fields, filters=filters, or_filters=either, order_by="creation", limit=0
	)


def _deals_of(clients: list[str]) -> dict[str, int]:
	"""Client -> how many of their deals, as the user sees them, were signed and not ended."""
	signed = {"client": ("in", clients), "phase": ("in", SIGNED)}
	rows = frappe.get_list("Deal", signed, ["client", "count(name) as deals"], group_by="client", limit=0)
	return {row.client: row.deals for row in rows}


def _names_of(brought: list[dict]) -> dict[tuple, str]:
	"""(kind, name) -> what a referrer is called, for those the user sees."""
	clients = {"name": ("in", list(filter(None, {row.referred_by_client for row in brought})))}
	agents_named = {"name": ("in", list(filter(None, {row.referred_by for row in brought})))}
	found = {}
	for row in frappe.get_list("Client", clients, ["name", "client_name"], limit=0):
		found["Client", row.name] = row.client_name
	for row in frappe.get_all("Agent", agents_named, ["name", "agent_name"]):
		found["Agent", row.name] = row.agent_name
	return found
