from agency_crm.framework.system_fields import ShippedDocument


class ShownWorkspace(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		role: DF.Link
		workspace: DF.Link
	# end: auto-generated types
	pass
