"""The tags of a listing, once a text, become rows of their own that a list filters by."""

import re

import frappe

from agency_crm.services.rating import tags

CHUNK = 1000
COMMAS = re.compile("[,，;；\n]+")  # typed by hand


def execute() -> None:
	move_texts("Listing")


def move_texts(kind: str) -> None:
	"""Move the texts chunk by chunk, each in a transaction of its own: run again, it goes on with the rest."""
	if not frappe.db.has_column(kind, "tags"):
		return
	table = frappe.qb.DocType(kind)
	texts = frappe.qb.from_(table).select(table.name, table.tags).where(table.tags != "").limit(CHUNK)
	while chunk := texts.run(as_dict=True):
		_move(kind, {row.name: tags.split_names(COMMAS.sub(tags.SEPARATOR, row.tags)) for row in chunk})
		frappe.db.commit()


def _move(kind: str, records: dict[str, list[str]]) -> None:
	masters = tags.ensure(name for names in records.values() for name in names)
	rows = {
		record: list(dict.fromkeys(tags.Row(masters[name]) for name in names))
		for record, names in records.items()
	}
	tags.write_rows(kind, rows)
	texts = {record: {"tag_names": tags.text_of(its), "tags": None} for record, its in rows.items()}
	frappe.db.bulk_update(kind, texts, update_modified=False)
