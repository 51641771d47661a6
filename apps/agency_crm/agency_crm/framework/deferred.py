"""Log entries that survive the rollback of the transaction that writes them.

Frappe's `deferred_insert` does the same, but without the fields that only the system writes.
"""

import json
from functools import partial

import frappe

from agency_crm.framework import steps, system_fields

QUEUE = "system_insert_queue"


def insert(doctype: str, **values) -> None:
	"""Queue a system document for `flush` to insert, whatever becomes of this transaction."""
	frappe.cache.rpush(QUEUE, frappe.as_json({"doctype": doctype, **values}, indent=None))


def flush() -> None:
	"""Insert the queued documents; log those that fail. Runs every few minutes."""
	steps.each(iter(partial(frappe.cache.lpop, QUEUE), None), _insert)


def _insert(record: str | bytes) -> None:
	doc = frappe.get_doc(json.loads(record))
	with system_fields.writing(doc):
		doc.insert(ignore_permissions=True)  # perm: the system's own log


def forget() -> None:
	"""Drop the queued documents."""
	frappe.cache.delete_value(QUEUE)
