"""Importing files from the Desk: look first, then start."""

from typing import Literal

import frappe

from agency_crm.api.arguments import check_word, read_json
from agency_crm.services.importing import listings, runs

MAPPING = ("mapping_name", "source_channel", "listing_type", "columns")
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
def start(doctype: Kind, name: str, leave_out: bool = False) -> list[str]:
	"""Start the import in the background, or go on with one that was interrupted, as the session's user.

	Where columns hold something and go nowhere it isn't started: they are returned, and a call with `leave_out` says
	that they are to be left out. The user's browser gets the counts as the event `agency_import`.
	"""
	doc = _import(doctype, name)
	doc.check_permission("write")
	unread = runs.check_may_start(doc)
	if unread and not leave_out:
		return unread
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
	return []


@frappe.whitelist(methods=["POST"])
def keep_mapping(mapping: str | dict) -> str:
	"""Keep what a file's columns mean as a Listing Import Mapping, in place of an earlier one of its name."""
	frappe.has_permission("Listing Import Mapping", "create", throw=True)
	given = read_json("mapping", mapping, dict)
	return listings.save_mapping({name: given[name] for name in MAPPING if name in given})


@frappe.whitelist(methods=["POST"])
def erase_files(name: str, doctype: Kind = "Client Import") -> None:
	"""Take away the file of an import and its rejected rows: both may hold numbers in clear."""
	doc = _import(doctype, name)
	doc.check_permission("write")
	runs.erase_files(doc)


def _import(doctype: Kind, name: str):
	check_word("doctype", doctype, Kind)
	return frappe.get_doc(doctype, name)
