from agency_crm.framework.system_fields import ShippedDocument


class Property(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		address_label: DF.Data | None
		building_no: DF.Data
		estate: DF.Link
		property_key: DF.Data
		room_no: DF.Data
		unit_no: DF.Data | None
	# end: auto-generated types
	pass
