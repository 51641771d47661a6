"""Copies of a title beside a link follow the record they come from.

Frappe fetches such a copy only when its own record is saved: a client's new name would reach viewings and deals
days later, and submitted ones never. A changed title is written to every read-only field that fetches it.
"""

from collections.abc import Iterable, Iterator

import frappe
from frappe.model.document import Document


def carry(doc: Document) -> None:
	"""Write a saved record's changed title to the records that show it."""
	field, before = doc.meta.title_field, doc.get_doc_before_save()
	if before and before.get(field) != doc.get(field):
		carry_titles(doc.doctype, [doc.name])


def carry_titles(doctype: str, names: Iterable[str]) -> None:
	"""Write the stored titles of these records to their copies."""
	field, names = frappe.get_meta(doctype).title_field, list(names)
	for other, column, link in copies(doctype, field) if names else ():
		source, copy = frappe.qb.DocType(doctype), frappe.qb.DocType(other)
		stale = copy[column].isnull() | (copy[column] != source[field])
		query = frappe.qb.from_(copy).join(source).on(source.name == copy[link])
		rows = query.select(copy.name, source[field]).where(source.name.isin(names) & stale).run()
		frappe.db.bulk_update(other, {name: {column: title} for name, title in rows}, update_modified=False)


def copies(doctype: str, field: str) -> Iterator[tuple[str, str, str]]:
	"""Yield (DocType, field, its link) of every field that fetches `field` of a DocType and isn't typed."""
	fetching = {"fetch_from": ("like", f"%.{field}")}
	parents = {
		*frappe.get_all("DocField", fetching, pluck="parent"),
		*frappe.get_all("Custom Field", fetching, pluck="dt"),
	}
	for parent in sorted(parents):
		meta = frappe.get_meta(parent)
		for df in [] if meta.issingle or meta.is_virtual else meta.fields:
			link, _dot, fetched = (df.fetch_from or "").partition(".")
			from_link = fetched == field and meta.get_field(link)
			if from_link and from_link.options == doctype and (df.read_only or df.hidden):
				yield parent, df.fieldname, link
