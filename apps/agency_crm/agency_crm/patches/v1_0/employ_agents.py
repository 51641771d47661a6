"""Agents who share in deals that are signed have their Employee before the next receipt."""

import frappe

from agency_crm.accounting import parties


def execute() -> None:
	split, deal = frappe.qb.DocType("Deal Split"), frappe.qb.DocType("Deal")
	agents = (
		frappe.qb.from_(split)
		.join(deal)
		.on(deal.name == split.deal)
		.select(split.agent)
		.distinct()
		.where((deal.docstatus == 1) & (split.payee_type == "Agent"))
		.run(pluck=True)
	)
	parties.employ(agents)
