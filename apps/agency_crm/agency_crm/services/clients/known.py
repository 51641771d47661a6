"""A number that is already another client's. Rules: rules.md §3."""

import frappe
from frappe import _
from frappe.utils import get_link_to_form


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
