"""Importing files from the Desk: look first, then start."""

from typing import Literal

import frappe

from agency_crm.api.arguments import check_word
from agency_crm.services.importing import clients, runs

Kind = Literal["Listing Import", "Client Import"]


@frappe.whitelist()
def preview(doctype: Kind, name: str) -> dict:
	"""Counts, the first rows and the first rejected ones of the files, without writing anything."""
	doc = _import(doctype, name)
	doc.check_permission("read")
	return runs.preview(doc)


@frappe.whitelist()
def suggest_columns(doctype: Kind, name: str) -> dict:
	"""The columns of the file with their likely targets and first values (services/importing/base.py)."""
	doc = _import(doctype, name)
	doc.check_permission("read")
	return runs.suggest_columns(doc)


@frappe.whitelist(methods=["POST"])
def start(doctype: Kind, name: str) -> None:
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


def _import(doctype: Kind, name: str):
	check_word("doctype", doctype, Kind)
	return frappe.get_doc(doctype, name)
