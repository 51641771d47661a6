"""Logs that outlive the transaction they are written in: a refused save takes its own rows back, not these.

Frappe's `deferred_insert` does the same, but inserts them as anybody's records, without the system's fields.
"""

import json
from functools import partial

import frappe

from agency_crm.framework import steps, system_fields

QUEUE = "system_insert_queue"


def insert(doctype: str, **values) -> None:
	"""Have a new document of the system inserted by `flush`, whatever becomes of this transaction."""
	frappe.cache.rpush(QUEUE, frappe.as_json({"doctype": doctype, **values}, indent=None))


def flush() -> None:
	"""Insert what waits. Run every few minutes; one that can't be inserted is logged."""
	steps.each(iter(partial(frappe.cache.lpop, QUEUE), None), _insert)


def _insert(record: str | bytes) -> None:
	doc = frappe.get_doc(json.loads(record))
	with system_fields.writing(doc):
		doc.insert(ignore_permissions=True)  # perm: the system's own log


def forget() -> None:
	"""Drop what waits."""
	frappe.cache.delete_value(QUEUE)
