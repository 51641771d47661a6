"""What the form of an Agency Tag asks."""

from typing import Literal

import frappe
from frappe.utils import cstr

from agency_crm.api.arguments import check_word, read_json
from agency_crm.services.clients import segments
from agency_crm.services.rating import tags
from agency_crm.services.rating.kinds import MARKS

Kind = Literal["Listing", "Client"]


@frappe.whitelist()
def vocabulary() -> dict:
	"""Return {kind: {fact: {"operators": [...], "choices": [{"value", "label"}]}}}; a number has no choices."""
	frappe.has_permission("Agency Tag", "read", throw=True)
	return tags.vocabulary()


@frappe.whitelist(methods=["POST"])
def preview(conditions: str | list, applies_to: Kind = "Listing") -> dict:
	"""Return {"found", "of"}: how many of the newest records of a kind meet all conditions [{fact, operator, value}].

	Those are live listings, or clients. Raises ValidationError naming the row that can't be read.
	"""
	frappe.has_permission("Agency Tag", "write", throw=True)
	check_word("applies_to", applies_to, Kind)
	tag = frappe.new_doc("Agency Tag", kind="Rule", applies_to=applies_to)
	for row in read_json("conditions", conditions, list, of=dict):
		tag.append("conditions", {key: cstr(row.get(key)) for key in ("fact", "operator", "value")})
	return MARKS[applies_to].preview(tags.read_conditions(tag))


@frappe.whitelist()
def get_segments() -> list[dict]:
	"""Return [{"tag", "colour", "clients"}]: the segments of clients, with how many of each the user may see."""
	frappe.has_permission("Client", "read", throw=True)
	return segments.counts()
