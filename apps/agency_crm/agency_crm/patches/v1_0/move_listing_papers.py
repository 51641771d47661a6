"""Certificates, once rows of a listing's media that whoever reads it opens, become papers."""

import frappe

from agency_crm.services.listings import media


def execute() -> None:
	"""Move them listing by listing, each in a transaction of its own: run again, it goes on with the rest."""
	rows = frappe.get_all("Listing Media", {"slot": ("in", media.PAPERS)}, ["name", "parent", "slot", "file"])
	for row in rows:
		media.move_paper(row)
		frappe.db.commit()
