from agency_crm.framework.system_fields import ShippedDocument


class FollowUpPlanStep(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		days: DF.Int
		method: DF.Literal["Call", "Visit", "WeChat", "Message", "Other"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		subject: DF.Data
	# end: auto-generated types
	pass
