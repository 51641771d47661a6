import frappe

from agency_crm.framework.system_fields import ShippedDocument


class RequirementEstate(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		estate: DF.Link
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
	# end: auto-generated types
	pass


def on_doctype_update():
	"""The index by which the requirements of a place are found."""
	frappe.db.add_index("Requirement Estate", ["estate", "parent"])
