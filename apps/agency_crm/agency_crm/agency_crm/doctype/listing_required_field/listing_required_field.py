from agency_crm.framework.system_fields import ShippedDocument


class ListingRequiredField(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		fieldname: DF.Autocomplete
		listing_type: DF.Literal["", "Sale", "Lease"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		required_when: DF.Literal["Saving", "Going on the Market"]
	# end: auto-generated types
	pass
