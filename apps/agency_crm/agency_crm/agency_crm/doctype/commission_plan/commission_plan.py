from frappe.model.document import Document


class CommissionPlan(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		disabled: DF.Check
		effective_from: DF.Date
		plan_name: DF.Data
		rate: DF.Percent
	# end: auto-generated types
	pass
