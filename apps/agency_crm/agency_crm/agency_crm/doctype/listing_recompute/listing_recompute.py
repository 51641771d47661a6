from agency_crm.framework.system_fields import ShippedDocument


class ListingRecompute(ShippedDocument):
	"""How far the recomputing of all grades and tags is; services/rating/listings.py writes it."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		done_to: DF.Data | None
		finished_at: DF.Datetime | None
		requested_at: DF.Datetime | None
		requested_by: DF.Link | None
		rows_done: DF.Int
		rows_total: DF.Int
	# end: auto-generated types
	pass
