"""Requirements and listings entered before there was matching have what it reads of them."""

import frappe

from agency_crm.framework import jobs
from agency_crm.services.rating import listings as rating
from agency_crm.services.rating import match_facts
from agency_crm.setup import defaults


def execute() -> None:
	"""Fill the columns of the requirements here, those of the library in the background; make the first weights."""
	defaults.make_matching_weights()
	jobs.by_chunks("Client Requirement", _fill)
	if frappe.db.exists("Listing", {}):
		rating.recompute_later()


def _fill(names: list[str]) -> None:
	"""Read a chunk with its places in three queries, write it in one."""
	children = {"territories": "Requirement Territory", "estates": "Requirement Estate"}
	of_chunk = {"parent": ("in", names), "parenttype": "Client Requirement"}
	placed = {
		field: set(frappe.get_all(child, of_chunk, pluck="parent")) for field, child in children.items()
	}
	kept = {}
	for row in frappe.get_all("Client Requirement", {"name": ("in", names)}, ["*"]):
		named = {field: [{}] * (row.name in parents) for field, parents in placed.items()}
		requirement = frappe.get_doc({"doctype": "Client Requirement", **row, **named})
		try:
			match_facts.set_wishes(requirement)
		except frappe.ValidationError:
			# a text nobody checked then: it is asked for at the next save, till then nothing of it is matched
			frappe.clear_last_message()
			continue
		kept[row.name] = {field: requirement.get(field) for field in match_facts.KEPT}
	frappe.db.bulk_update("Client Requirement", kept, update_modified=False)
