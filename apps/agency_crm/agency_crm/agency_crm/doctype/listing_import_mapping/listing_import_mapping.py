from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.importing import listings


class ListingImportMapping(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.listing_import_column.listing_import_column import (
			ListingImportColumn,
		)

		columns: DF.Table[ListingImportColumn]
		encoding: DF.Literal["", "utf-8", "gb18030", "utf-16"]
		listing_type: DF.Literal["Sale", "Lease"]
		mapping_name: DF.Data
		source_channel: DF.Data
	# end: auto-generated types

	def validate(self):
		listings.check_mapping(self)
