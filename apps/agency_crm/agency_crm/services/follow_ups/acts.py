"""What counts as work on a client: it starts the clock of a private client anew.

Rules: docs/rules/clients.md, "Pools".
"""

import frappe
from frappe.utils import get_datetime, now_datetime

from agency_crm.services.rating import clients as rating


def note(client: str, at) -> None:
	"""Start a client's clock anew: somebody did something effective `at` a moment, now at the latest.

	Effective are a follow-up of some length, a call, and a viewing that was done.
	"""
	at = min(get_datetime(at), now_datetime())
	last = frappe.db.get_value("Client", client, "last_effective_on", for_update=True)
	if not last or last < at:
		values = {"last_effective_on": at, "fall_reminded_on": None}
		frappe.db.set_value("Client", client, values, update_modified=False)
		rating.refresh([client])
