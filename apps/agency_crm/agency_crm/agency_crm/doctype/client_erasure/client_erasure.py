from agency_crm.framework.system_fields import ShippedDocument


class ClientErasure(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		asked_by: DF.Link | None
		asked_on: DF.Datetime | None
		client: DF.Link
		decided_by: DF.Link | None
		decided_on: DF.Datetime | None
		done_on: DF.Datetime | None
		reason: DF.SmallText | None
		refusal: DF.SmallText | None
		status: DF.Literal["Requested", "Approved", "Done", "Refused"]
		store: DF.Link | None
	# end: auto-generated types
	pass
