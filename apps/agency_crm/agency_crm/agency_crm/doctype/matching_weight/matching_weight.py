from agency_crm.framework.system_fields import ShippedDocument


class MatchingWeight(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		part: DF.Literal[
			"Place",
			"Price",
			"Area",
			"Rooms",
			"Property Type",
			"Floor",
			"Age",
			"Orientation",
			"Decoration",
			"Metro",
			"School",
			"Elevator",
			"Grade",
		]
		weight: DF.Int
	# end: auto-generated types
	pass
