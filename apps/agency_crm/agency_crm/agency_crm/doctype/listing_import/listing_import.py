from frappe.model.document import Document


class ListingImport(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		error: DF.SmallText | None
		estates_file: DF.Attach | None
		file: DF.Attach
		file_digest: DF.Data | None
		mapping: DF.Link
		progress: DF.Percent
		rejects_file: DF.Attach | None
		rows_created: DF.Int
		rows_done: DF.Int
		rows_known: DF.Int
		rows_rejected: DF.Int
		rows_total: DF.Int
		status: DF.Literal["Pending", "Running", "Done", "Failed"]
		store: DF.Link | None
	# end: auto-generated types
	pass
