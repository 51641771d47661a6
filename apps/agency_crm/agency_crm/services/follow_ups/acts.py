"""Which acts count as work on a client: they restart the clock of a private client.

Rules: docs/rules/clients.md, "Pools".
"""

import frappe
from frappe.utils import get_datetime, now_datetime

from agency_crm.services.rating import clients as rating


def note(client: str, at) -> None:
	"""Restart a client's clock for an effective act `at` a moment, now at the latest.

	Effective are a follow-up of some length, a call, and a viewing that was done.
	"""
	at = min(get_datetime(at), now_datetime())
	last = frappe.db.get_value("Client", client, "last_effective_on", for_update=True)
	if not last or last < at:
		values = {"last_effective_on": at, "fall_reminded_on": None}
		frappe.db.set_value("Client", client, values, update_modified=False)
		rating.refresh([client])
