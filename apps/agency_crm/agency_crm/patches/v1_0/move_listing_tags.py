"""The tags of a listing, once a text, become rows of their own that a list filters by."""

import frappe

from agency_crm.services import bulk
from agency_crm.services.library import tags

CHUNK = 1000


def execute() -> None:
	"""Move the texts chunk by chunk, each in a transaction of its own: run again, it goes on with the rest."""
	if not frappe.db.has_column("Listing", "tags"):
		return
	table = frappe.qb.DocType("Listing")
	texts = frappe.qb.from_(table).select(table.name, table.tags).where(table.tags != "").limit(CHUNK)
	while chunk := texts.run(as_dict=True):
		_move({row.name: tags.split_names(row.tags) for row in chunk})
		frappe.db.commit()


def _move(listings: dict[str, list[str]]) -> None:
	masters = tags.ensure(name for names in listings.values() for name in names)
	rows = [
		(idx, listing, "Listing", "tags", masters[name])
		for listing, names in listings.items()
		for idx, name in enumerate(names, 1)
	]
	bulk.insert_rows("Listing Tag", ("idx", "parent", "parenttype", "parentfield", "tag"), rows)
	table = frappe.qb.DocType("Listing")
	moved = frappe.qb.update(table).set(table.tag_names, table.tags).set(table.tags, None)
	moved.where(table.name.isin(list(listings))).run()
