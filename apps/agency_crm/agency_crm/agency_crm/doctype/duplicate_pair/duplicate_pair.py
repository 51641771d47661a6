from agency_crm.framework.system_fields import ShippedDocument


class DuplicatePair(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		decided_at: DF.Datetime | None
		decided_by: DF.Link | None
		decision_reason: DF.SmallText | None
		estate: DF.Link | None
		listing: DF.Link
		moved: DF.JSON | None
		other: DF.Link
		other_store: DF.Link | None
		pair_key: DF.Data | None
		reasons: DF.Data | None
		score: DF.Int
		status: DF.Literal["Open", "Merged", "Dismissed", "Undone"]
		store: DF.Link | None
		survivor: DF.Link | None
		title: DF.Data | None
	# end: auto-generated types

	pass
