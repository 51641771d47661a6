from agency_crm.framework.system_fields import ShippedDocument


class ClientHandoverAgent(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agent: DF.Link
		clients: DF.Int
		listings: DF.Int
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		share: DF.Percent
	# end: auto-generated types
	pass
