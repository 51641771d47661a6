from agency_crm.framework.system_fields import ShippedDocument


class EstateBuilding(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		building_no: DF.Data
		floors: DF.Int
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		rooms: DF.SmallText | None
		units: DF.Int
	# end: auto-generated types
	pass
