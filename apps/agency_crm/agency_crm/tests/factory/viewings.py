"""Viewings."""

import frappe
from frappe.utils import add_to_date, now_datetime

from agency_crm.tests.factory.clients import make_client
from agency_crm.tests.factory.listings import make_listing
from agency_crm.tests.factory.office import make_agent
from agency_crm.tests.factory.record import insert, moved


def make_viewing(*listings: str, phase: str | None = None, **fields):
	"""A viewing tomorrow of `listings` (one new live listing where none is given), inserted as the user.

	`phase` moves it on as the system does; "Closed" also fills the feedback of every stop.
	"""
	if "agent" not in fields and not frappe.db.exists("Agent", {"user": frappe.session.user}):
		fields["agent"] = make_agent().name
	if "client" not in fields:
		fields["client"] = make_client(**{key: fields[key] for key in ("agent",) if key in fields}).name
	values = {
		"scheduled_start": add_to_date(now_datetime(), days=1),
		"stops": [{"listing": listing} for listing in listings or [make_listing("Live").name]],
	}
	viewing = insert("Viewing", {**values, **fields}, ignore_permissions=False)
	for stop in viewing.stops if phase == "Closed" else []:
		stop.update({"feedback": "采光好", "interest": 4})
	return moved(viewing, phase)
