from frappe.model.document import Document


class ListingImportColumn(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		column_name: DF.Data
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		target: DF.Literal[
			"estate_name",
			"building_no",
			"unit_no",
			"room_no",
			"address_text",
			"layout",
			"gross_area",
			"net_area",
			"floor_text",
			"floor",
			"total_floors",
			"year_built",
			"building_type",
			"price_wan",
			"price_yuan",
			"unit_price",
			"rent",
			"orientation",
			"decoration",
			"remarks",
			"external_id",
			"owner_name",
			"owner_phone",
			"tags_text",
			"listing_type",
			"ignore",
		]
	# end: auto-generated types
	pass
