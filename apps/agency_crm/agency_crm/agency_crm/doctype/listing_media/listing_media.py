from agency_crm.framework.system_fields import ShippedDocument


class ListingMedia(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		caption: DF.Data | None
		file: DF.Attach | None
		is_cover: DF.Check
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		slot: DF.Literal[
			"Exterior",
			"Living Room",
			"Bedroom",
			"Kitchen",
			"Bathroom",
			"Floor Plan",
			"Video",
			"VR Link",
			"Certificate",
			"Identity",
			"Tenant Waiver",
			"Mandate",
			"Holding Paper",
		]
		url: DF.Data | None
	# end: auto-generated types
	pass
