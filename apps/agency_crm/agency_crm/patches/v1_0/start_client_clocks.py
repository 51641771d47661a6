"""Clients of before the pools have a clock: that of the last follow-up, or of their coming; pools have a day."""

import frappe
from frappe.query_builder.functions import Coalesce

from agency_crm.framework import wizard
from agency_crm.setup import defaults


def execute() -> None:
	"""Fill what a fall is counted from; nobody's client falls without a reminder first. Make the pools' view."""
	client = frappe.qb.DocType("Client")
	frappe.qb.update(client).set(
		client.last_effective_on, Coalesce(client.last_follow_up_on, client.creation)
	).where(client.last_effective_on.isnull() & (Coalesce(client.agent, "") != "")).run()
	# whose agent was named while it stood in a pool: it is that agent's
	private = (Coalesce(client.agent, "") != "") & (client.pool != "Private")
	frappe.qb.update(client).set(client.pool, "Private").where(private).run()
	pooled = (client.pool != "Private") & client.pool_since.isnull()
	frappe.qb.update(client).set(client.pool_since, client.modified).where(pooled).run()
	if wizard.is_complete():
		defaults.make_pool_defaults()
