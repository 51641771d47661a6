from agency_crm.framework.system_fields import ShippedDocument


class KeyMovement(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		action: DF.Literal["Receive", "Borrow", "Return", "Move", "Lose", "Give Back to Owner"]
		agent: DF.Link | None
		at: DF.Datetime | None
		due_back: DF.Datetime | None
		from_place: DF.Literal["", "Store", "Other Agency", "Owner", "Lock Box", "Agent"]
		listing: DF.Link | None
		listing_key: DF.Link
		note: DF.SmallText | None
		to_place: DF.Literal["", "Store", "Other Agency", "Owner", "Lock Box", "Agent"]
		viewing: DF.Link | None
	# end: auto-generated types
	pass
