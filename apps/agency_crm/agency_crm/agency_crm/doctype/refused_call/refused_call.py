from agency_crm.framework import gate, refusals
from agency_crm.framework.system_fields import ShippedDocument


class RefusedCall(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		function: DF.Data
		is_open: DF.Check
		last: DF.Datetime | None
		role: DF.Link
		times: DF.Int
	# end: auto-generated types

	def validate(self):
		if self.is_open:
			gate.check_openable(self.function)

	def on_update(self):
		refusals.forget_opened()

	def after_delete(self):
		refusals.forget_opened()
