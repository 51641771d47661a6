"""Titles and labels that were left behind when an estate, an agent or a client got another name."""

from collections.abc import Sequence
from functools import partial

import frappe

from agency_crm.framework import fetched, jobs
from agency_crm.services.places import estates


def execute() -> None:
	"""Bring them up to date in lots, each a transaction; run again it finds what is left."""
	jobs.by_chunks("Estate", _retitle)
	for doctype in ("Agent", "Client", "Estate", "Listing"):
		jobs.by_chunks(doctype, partial(fetched.carry_titles, doctype))


def _retitle(names: Sequence[str]) -> None:
	for name in names:
		estates.retitle(frappe.get_doc("Estate", name))
