"""What the form of an Agency Tag asks."""

import frappe
from frappe.utils import cstr

from agency_crm.api.arguments import read_json
from agency_crm.services.library import marks, tags


@frappe.whitelist()
def vocabulary() -> dict:
	"""Return {fact: {"operators": [...], "choices": [{"value", "label"}]}}; a number has no choices."""
	frappe.has_permission("Agency Tag", "read", throw=True)
	return tags.vocabulary()


@frappe.whitelist(methods=["POST"])
def preview(conditions: str | list) -> dict:
	"""Return {"found", "of"}: how many of the newest live listings meet all conditions [{fact, operator, value}].

	Raises ValidationError naming the row that can't be read.
	"""
	frappe.has_permission("Agency Tag", "write", throw=True)
	tag = frappe.new_doc("Agency Tag", kind="Rule")
	for row in read_json("conditions", conditions, list, of=dict):
		tag.append("conditions", {key: cstr(row.get(key)) for key in ("fact", "operator", "value")})
	return marks.preview(tags.read_conditions(tag))
