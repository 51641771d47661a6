from agency_crm.framework.system_fields import ShippedDocument


class ListingEnquiryPhoto(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		file: DF.Attach | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		slot: DF.Literal[
			"Exterior", "Living Room", "Bedroom", "Kitchen", "Bathroom", "Floor Plan", "Certificate"
		]
	# end: auto-generated types
	pass
