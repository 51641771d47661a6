from agency_crm.framework.system_fields import ShippedDocument


class ListingRole(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agent: DF.Link
		approved_at: DF.Datetime | None
		ended_at: DF.Datetime | None
		gained_at: DF.Datetime | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		role: DF.Literal["Entry", "Maintainer", "Survey", "Mandate", "Key"]
	# end: auto-generated types
	pass
