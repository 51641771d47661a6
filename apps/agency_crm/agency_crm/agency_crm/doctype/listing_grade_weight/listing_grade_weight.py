from agency_crm.framework.system_fields import ShippedDocument


class ListingGradeWeight(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		item: DF.Literal[
			"Surveyed",
			"Exclusive Mandate",
			"Has Key",
			"Free of Tax",
			"Verified",
			"VR",
			"Video",
			"Photos",
			"Near Metro",
			"School District",
			"Urgent Sale",
			"Room Number",
			"Owner",
			"Layout",
			"Net Area",
			"Floor",
			"Orientation",
			"Decoration",
			"Elevator",
			"Year Built",
			"Ownership Type",
			"Held Since",
			"Floor Plan",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		weight: DF.Int
	# end: auto-generated types
	pass
