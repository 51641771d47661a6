"""What every client record needs: an owner, and a number to call."""

from collections.abc import Collection

import frappe
from frappe import _
from frappe.utils import cstr, get_link_to_form, getdate, now_datetime

from agency_crm.framework.messages import label
from agency_crm.services.office import agents


def check_not_erased(client) -> None:
	"""Refuse to edit an erased client: the record only stays for the books."""
	if client.erased_on:
		_refuse_erased(client.name)


def set_people(client) -> None:
	"""Give a new client to whoever enters it, unless it is for a store's pool (`flags.pooled`); see holders.py."""
	if not client.flags.pooled:
		agents.set_agent_and_store(client)
	if not client.agent and not client.store:
		frappe.throw(
			_("Client {0} belongs to nobody: choose an {1} or a {2}.").format(
				client.client_name, frappe.bold(_("Agent")), frappe.bold(_("Store"))
			),
			frappe.MandatoryError,
		)


def check_phones(client) -> None:
	"""Require a number to call, and one main number."""
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


def check_relations(client) -> None:
	"""Require of a related person a name, or a client whom the user sees."""
	for row in client.relations:
		if not (row.client or cstr(row.person_name).strip()):
			frappe.throw(
				_("Client {0}, row {1} of {2}: choose a {3} or enter a {4}.").format(
					client.client_name,
					row.idx,
					frappe.bold(label(client, "relations")),
					frappe.bold(label(row, "client")),
					frappe.bold(label(row, "person_name")),
				),
				frappe.MandatoryError,
			)
		if row.client == client.name:
			frappe.throw(
				_("Client {0}, row {1} of {2}: nobody is related to themselves.").format(
					client.client_name, row.idx, frappe.bold(label(client, "relations"))
				)
			)
	check_named(client, "relations")


def named_by(client: str) -> list[dict]:
	"""Return the clients whom the session's user sees and who name `client` among their people.

	[{"name", "client_name", "relation"}]: `relation` is what `client` is to them.
	"""
	return frappe.get_list(
		"Client",
		filters=[["Client Relation", "client", "=", client]],
		fields=["name", "client_name", "`tabClient Relation`.relation"],
		order_by="`tabClient`.modified desc",
	)


def check_eligibility(client) -> None:
	"""Refuse an eligibility check dated in the future."""
	if client.eligibility == "Eligible" and not client.eligibility_checked_on:
		frappe.throw(
			_("Client {0}: enter {1}; who may buy changes with the rules.").format(
				client.client_name, frappe.bold(label(client, "eligibility_checked_on"))
			),
			frappe.MandatoryError,
		)
	if client.eligibility_checked_on and getdate(client.eligibility_checked_on) > getdate():
		frappe.throw(
			_("Client {0}: {1} lies in the future.").format(
				client.client_name, frappe.bold(label(client, "eligibility_checked_on"))
			)
		)


def set_consent(client) -> None:
	"""Require how consent was given; note since when it stands or is withdrawn."""
	if not client.has_value_changed("consent"):
		return
	if client.consent == "Given" and not cstr(client.consent_source).strip():
		frappe.throw(
			_("Client {0}: say under {1} how the consent was given.").format(
				client.client_name, frappe.bold(label(client, "consent_source"))
			),
			frappe.MandatoryError,
		)
	client.consent_at = now_datetime() if client.consent else None


def check_client_open(doc) -> None:
	"""Refuse work on a client whom the user may not see."""
	if doc.client and not doc.flags.ignore_permissions and (doc.is_new() or doc.has_value_changed("client")):
		frappe.has_permission("Client", "read", doc=doc.client, throw=True)
	if doc.client and doc.is_new() and frappe.db.get_value("Client", doc.client, "erased_on"):
		_refuse_erased(doc.client)


def check_client_worked(doc) -> None:
	"""Let only those who work on a client enter its own records; a pool's client is claimed first."""
	check_client_open(doc)
	if doc.flags.ignore_permissions or not (doc.is_new() or doc.has_value_changed("client")):
		return
	if doc.client and not frappe.has_permission("Client", "write", doc=doc.client):
		frappe.throw(
			_("Client {0} isn't yours to change: claim a client of a pool first.").format(
				get_link_to_form("Client", doc.client)
			),
			frappe.PermissionError,
			title=_("Claim First"),
		)


def check_named(doc, table: str, let_in: Collection[str] = ()) -> None:
	"""Require that newly named clients in a table are seen by the user, or were `let_in`.

	Whoever works on a listing or a deal sees its people: naming one would show any client, number and all.
	"""
	if doc.flags.ignore_permissions:
		return
	before = doc.get_doc_before_save()
	known = {row.client for row in before.get(table)} if before else set()
	for name in sorted({row.client for row in doc.get(table) if row.client} - known - set(let_in)):
		frappe.has_permission("Client", "read", doc=name, throw=True)


def _refuse_erased(client: str) -> None:
	frappe.throw(_("Client {0} was erased: enter the person as a new client.").format(client))
