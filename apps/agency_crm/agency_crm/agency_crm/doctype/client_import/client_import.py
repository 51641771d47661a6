from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.importing import clients


class ClientImport(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.client_import_column.client_import_column import ClientImportColumn

		agent: DF.Link | None
		columns: DF.Table[ClientImportColumn]
		error: DF.SmallText | None
		file: DF.Attach | None
		file_digest: DF.Data | None
		keep_file: DF.Check
		known_numbers: DF.Literal["Refuse the Row", "Add the Requirement"]
		progress: DF.Percent
		rejects_file: DF.Attach | None
		rejects_so_far: DF.LongText | None
		requirement_type: DF.Literal["", "Buy", "Rent"]
		requirements_created: DF.Int
		rows_created: DF.Int
		rows_done: DF.Int
		rows_known: DF.Int
		rows_rejected: DF.Int
		rows_total: DF.Int
		status: DF.Literal["Pending", "Running", "Done", "Failed"]
		store: DF.Link | None

	# end: auto-generated types
	def validate(self):
		clients.check_file(self)
		clients.take_columns(self)
		clients.check_columns(self)
		clients.set_store(self)
