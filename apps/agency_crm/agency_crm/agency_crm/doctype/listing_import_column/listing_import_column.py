from agency_crm.framework.system_fields import ShippedDocument


class ListingImportColumn(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		column_name: DF.Data
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		pattern: DF.Data | None
		target: DF.Literal[
			"external_id",
			"listing_type",
			"estate_name",
			"district",
			"circle",
			"address_text",
			"building_no",
			"unit_no",
			"room_no",
			"property_type",
			"layout",
			"bedrooms",
			"living_rooms",
			"kitchens",
			"bathrooms",
			"gross_area",
			"net_area",
			"floor_text",
			"floor",
			"total_floors",
			"year_built",
			"building_type",
			"elevator",
			"orientation",
			"decoration",
			"price_wan",
			"price_yuan",
			"unit_price",
			"rent",
			"certificate_date",
			"tags_text",
			"owner_name",
			"owner_phone",
			"remarks",
			"pattern",
			"ignore",
		]
	# end: auto-generated types
	pass
