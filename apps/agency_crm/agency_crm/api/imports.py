"""Importing files from the Desk: look first, then start. `doctype` is Listing Import or Client Import."""

import frappe
from frappe import _

from agency_crm.services.importing import clients, runs


@frappe.whitelist()
def preview(doctype: str, name: str) -> dict:
	"""Counts, the first rows and the first rejected ones of the files, without writing anything."""
	doc = _import(doctype, name)
	doc.check_permission("read")
	return runs.preview(doc)


@frappe.whitelist()
def suggest_columns(doctype: str, name: str) -> dict:
	"""The columns of the file with their likely targets and first values (services/importing/base.py)."""
	doc = _import(doctype, name)
	doc.check_permission("read")
	return runs.suggest_columns(doc)


@frappe.whitelist(methods=["POST"])
def start(doctype: str, name: str) -> None:
	"""Start the import in the background, or go on with one that was interrupted, as the session's user.

	The user's browser gets the counts as the event `agency_import`.
	"""
	doc = _import(doctype, name)
	doc.check_permission("write")
	runs.check_may_start(doc)
	frappe.enqueue(
		runs.run,
		queue="long",
		timeout=4 * 3600,
		job_id=f"{doctype}::{name}",
		deduplicate=True,
		enqueue_after_commit=True,
		doctype=doctype,
		name=name,
	)


@frappe.whitelist(methods=["POST"])
def erase_files(name: str) -> None:
	"""Take away the file of a Client Import and its rejected rows: both hold numbers in clear."""
	doc = _import("Client Import", name)
	doc.check_permission("write")
	clients.erase_files(doc)


def _import(doctype: str, name: str):
	if doctype not in runs.KINDS:
		frappe.throw(_("{0} is no kind of import.").format(doctype))
	return frappe.get_doc(doctype, name)
