from agency_crm.framework.system_fields import ShippedDocument


class RequirementLearned(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		factor: DF.Float
		learned_on: DF.Datetime | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		part: DF.Data
		undone: DF.Check
		viewing: DF.Link | None
	# end: auto-generated types
	pass
