"""The trace of a client's holders: limits and waits are counted from it. Only the system writes it."""

from datetime import datetime

import frappe
from frappe.utils import add_days, cint, getdate, now_datetime

from agency_crm.framework import system_fields

DOCTYPE = "Client Movement"
FALL, CLAIM, TRANSFER, ASSIGNMENT = "Fall", "Claim", "Transfer", "Assignment"
REFUSAL, HANDOVER, EXTENSION, ACCESS = "Refusal", "Handover", "Extension", "Access"


def record(client, before, kind: str, to_agent: str | None = None, reason: str | None = None) -> None:
	"""Keep what a save of a Client changed of whose it is, by the session's user, now."""
	movement = frappe.new_doc(DOCTYPE, client=client.name, kind=kind, reason=reason)
	movement.update({"from_agent": before.agent, "to_agent": to_agent or client.agent})
	movement.update({"from_pool": before.pool, "to_pool": client.pool, "from_store": before.store})
	movement.update({"at": now_datetime(), "by": frappe.session.user})
	with system_fields.writing(movement):
		movement.insert(ignore_permissions=True)  # perm: the trace is the system's


def claimed_today(agent: str) -> int:
	"""How many clients an agent claimed today; counted with a lock, so that two at once count each other."""
	movement = frappe.qb.DocType(DOCTYPE)
	claims = (movement.to_agent == agent) & (movement.kind == CLAIM) & (movement.at >= getdate())
	return len(frappe.qb.from_(movement).select(movement.name).where(claims).for_update().run())


def waits_until(client: str, agent: str, days: int) -> datetime | None:
	"""Until when an agent waits, from whom the client fell within `days`."""
	fell = frappe.get_all(
		DOCTYPE,
		{"client": client, "kind": FALL, "from_agent": agent},
		pluck="at",
		order_by="at desc",
		limit=1,
	)
	until = add_days(fell[0], cint(days)) if fell else None
	return until if until and until > now_datetime() else None


def last_claim(client: str):
	"""Where a client was last claimed from, and by whom: to_agent, from_pool, from_store; read with a lock."""
	fields = ["to_agent", "from_pool", "from_store"]
	claim = {"client": client, "kind": CLAIM, "at": (">=", getdate())}
	return frappe.db.get_value(DOCTYPE, claim, fields, as_dict=True, order_by="at desc", for_update=True)


def forget(client) -> None:
	"""Delete the trace of a client that is deleted, and what was asked about it."""
	for doctype in (DOCTYPE, "Client Request"):
		frappe.db.delete(doctype, {"client": client.name})


def refused_by(client: str) -> set[str]:
	"""The agents who were assigned a client and refused."""
	return set(frappe.get_all(DOCTYPE, {"client": client, "kind": REFUSAL}, pluck="from_agent"))


def latest(client: str) -> frappe._dict | None:
	"""The last movement of a client: kind, to_agent, reason."""
	fields = ["kind", "to_agent", "reason"]
	return frappe.db.get_value(DOCTYPE, {"client": client}, fields, as_dict=True, order_by="at desc")
