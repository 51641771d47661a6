from agency_crm.framework.system_fields import ShippedDocument


class ClientHandoverRow(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		outcome: DF.Literal["", "Moved", "Left Out"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		record: DF.DynamicLink
		record_type: DF.Link
		title: DF.Data | None
		to_agent: DF.Link | None
		why: DF.SmallText | None
	# end: auto-generated types
	pass
