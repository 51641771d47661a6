"""Insert many documents at once: names in one draw from the series, rows in one statement."""

import re
from collections.abc import Iterable, Sequence

import frappe
from frappe import _
from frappe.model.document import bulk_insert
from frappe.model.naming import getseries
from frappe.utils import cint, now

from agency_crm.framework import plain_text, readable


def there(doctype: str, fieldname: str, values: Iterable[str]) -> set[str]:
	"""Return which of the values of a unique field are in the database, whoever may see them."""
	wanted = list(values)
	# An empty list would match the empty ones.
	return set(frappe.get_all(doctype, {fieldname: ("in", wanted)}, pluck=fieldname) if wanted else ())


def check(doc) -> None:
	"""Run the checks of an ordinary save: mandatory fields, options, lengths, an administrator's own.

	Raises ValidationError; MandatoryError names the first field that is missing.
	"""
	readable.tidy(doc)
	plain_text.keep_as_text(doc)
	# rows need a parent's name; the real number is drawn once nothing can be refused any more
	doc.name = "new"
	doc.set_parent_in_children()
	doc._action = "save"
	missing = doc._get_missing_mandatory_fields()
	if missing:
		label = _(doc.meta.get_label(missing[0][0]), context=doc.doctype)
		frappe.throw(_("{0} is missing: this site needs it.").format(label), frappe.MandatoryError)
	doc._validate()


def insert(docs: Sequence) -> None:
	"""Name and insert checked documents of one DocType with their child rows, without hooks or versions."""
	if not docs:
		return
	_name(docs)
	for doc in docs:
		doc.set_parent_in_children()
		for child in doc.get_all_children():
			child.name = frappe.generate_hash(length=10)
	bulk_insert(docs[0].doctype, docs)


def insert_rows(
	doctype: str, fields: Sequence[str], rows: Sequence[tuple], ignore_duplicates: bool = False
) -> None:
	"""Insert plain rows of a table, named and stamped here: `rows` are the values of `fields`.

	`ignore_duplicates` leaves out a row whose unique key is there already.
	"""
	user, at = frappe.session.user, now()
	stamped = ((frappe.generate_hash(length=10), user, user, at, at, *row) for row in rows)
	stamps = ("name", "owner", "modified_by", "creation", "modified")
	frappe.db.bulk_insert(doctype, [*stamps, *fields], list(stamped), ignore_duplicates)


def _name(docs: Sequence) -> None:
	"""Draw all numbers of a plain series at once; other naming rules name each document by itself."""
	doctype = docs[0].doctype
	series = re.fullmatch(r"([^.#{}]+)\.(#+)", frappe.get_meta(doctype).autoname or "")
	rules = frappe.db.exists("Document Naming Rule", {"document_type": doctype, "disabled": 0})
	if not series or rules:
		for doc in docs:
			doc.set_new_name()
		return
	prefix, digits = series[1], len(series[2])
	# The first number locks the series until the transaction ends, so that the rest are ours.
	first = cint(getseries(prefix, digits))
	table = frappe.qb.DocType("Series")
	last = first + len(docs) - 1
	frappe.qb.update(table).set(table.current, last).where(table.name == prefix).run()
	for number, doc in enumerate(docs, first):
		doc.name = f"{prefix}{number:0{digits}d}"
