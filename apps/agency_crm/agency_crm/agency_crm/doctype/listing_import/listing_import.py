from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.importing import listings
from agency_crm.services.office import agents


class ListingImport(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		error: DF.SmallText | None
		estates_created: DF.Int
		estates_file: DF.Attach | None
		file: DF.Attach
		file_digest: DF.Data | None
		maintainer: DF.Link | None
		mapping: DF.Link | None
		progress: DF.Percent
		rejects_file: DF.Attach | None
		rejects_so_far: DF.LongText | None
		rows_alike: DF.Int
		rows_created: DF.Int
		rows_done: DF.Int
		rows_known: DF.Int
		rows_rejected: DF.Int
		rows_total: DF.Int
		status: DF.Literal["Pending", "Running", "Done", "Failed"]
		store: DF.Link | None
	# end: auto-generated types

	def validate(self):
		listings.take_mapping(self)
		listings.check_files(self)
		agents.set_agent_and_store(self, "maintainer")
