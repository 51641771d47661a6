"""A listing's mandate, once typed into its form, becomes a Listing Mandate, or it would never end."""

import frappe
from frappe.utils import getdate

from agency_crm.framework import bulk
from agency_crm.services.listings import mandates


def execute() -> None:
	"""Make the mandates of exclusive listings that have none; those nobody maintains are ordinary again."""
	listing, mandate = frappe.qb.DocType("Listing"), frappe.qb.DocType(mandates.DOCTYPE)
	fields = ("name", "title", "maintainer", "store", "mandate_start", "mandate_end", "creation")
	rows = (
		frappe.qb.from_(listing)
		.left_join(mandate)
		.on(mandate.listing == listing.name)
		.select(*(listing[field] for field in fields))
		.where((listing.mandate_type == mandates.EXCLUSIVE) & mandate.name.isnull())
		.run(as_dict=True)
	)
	bulk.insert([_mandate(row) for row in rows if row.maintainer and row.mandate_end])
	unheld = [row.name for row in rows if not (row.maintainer and row.mandate_end)]
	facts = {"mandate_type": mandates.ORDINARY, "mandate_start": None, "mandate_end": None}
	if unheld:
		frappe.db.set_value("Listing", {"name": ("in", unheld)}, facts, update_modified=False)


def _mandate(row):
	return frappe.get_doc(
		{
			"doctype": mandates.DOCTYPE,
			"listing": row.name,
			"listing_title": row.title,
			"kind": mandates.EXCLUSIVE,
			"agent": row.maintainer,
			"store": row.store,
			"status": mandates.ACTIVE,
			"start": row.mandate_start or getdate(row.creation),
			"end": row.mandate_end,
			"fee_basis": "Amount",
			"approved_at": row.creation,
			"protection_days": frappe.get_cached_doc("Agency Settings").mandate_protection_days,
		}
	)
