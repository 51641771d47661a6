"""The tags of a listing, once a text, become rows of their own that a list filters by."""

import frappe
from frappe.utils import now

from agency_crm.services.library import tags

CHUNK = 1000
ROW = (
	"name",
	"owner",
	"modified_by",
	"creation",
	"modified",
	"idx",
	"parent",
	"parenttype",
	"parentfield",
	"tag",
)


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
	user, today = frappe.session.user, now()
	rows = [
		(
			frappe.generate_hash(length=10),
			user,
			user,
			today,
			today,
			idx,
			listing,
			"Listing",
			"tags",
			masters[name],
		)
		for listing, names in listings.items()
		for idx, name in enumerate(names, 1)
	]
	frappe.db.bulk_insert("Listing Tag", list(ROW), rows)
	table = frappe.qb.DocType("Listing")
	moved = frappe.qb.update(table).set(table.tag_names, table.tags).set(table.tags, None)
	moved.where(table.name.isin(list(listings))).run()
