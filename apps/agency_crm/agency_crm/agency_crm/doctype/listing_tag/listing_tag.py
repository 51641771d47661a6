import frappe

from agency_crm.framework.system_fields import ShippedDocument


class ListingTag(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		by_rule: DF.Check
		by_statement: DF.Check
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		tag: DF.Link
	# end: auto-generated types
	pass


def on_doctype_update():
	"""The listings of a tag are found without reading the listings."""
	frappe.db.add_index("Listing Tag", ["tag", "parent"])
