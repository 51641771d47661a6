"""Importing files of listings from the Desk: look first, then start."""

import frappe

from agency_crm.services import imports


@frappe.whitelist()
def preview(listing_import: str) -> dict:
	"""Counts, the first listings and the first rejected rows of the files, without writing anything."""
	frappe.get_doc(imports.DOCTYPE, listing_import).check_permission("read")
	return imports.preview(listing_import)


@frappe.whitelist()
def suggest_mapping(listing_import: str) -> dict:
	"""The columns of the file with their likely targets and first values (services/imports.py)."""
	frappe.get_doc(imports.DOCTYPE, listing_import).check_permission("read")
	return imports.suggest_mapping(listing_import)


@frappe.whitelist(methods=["POST"])
def start(listing_import: str) -> None:
	"""Start the import in the background, or go on with one that was interrupted, as the session's user.

	The user's browser gets the counts as the event `listing_import`.
	"""
	doc = frappe.get_doc(imports.DOCTYPE, listing_import)
	doc.check_permission("write")
	imports.check_may_run(doc)
	imports.check_idle()
	imports.read_source(doc)
	frappe.enqueue(
		imports.run,
		queue="long",
		timeout=4 * 3600,
		job_id=f"{imports.DOCTYPE}::{doc.name}",
		deduplicate=True,
		enqueue_after_commit=True,
		name=doc.name,
	)
