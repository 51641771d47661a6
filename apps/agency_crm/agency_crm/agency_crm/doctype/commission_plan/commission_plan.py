import frappe
from frappe import _
from frappe.utils import flt

from agency_crm.framework.system_fields import ShippedDocument


class CommissionPlan(ShippedDocument):
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

	def validate(self):
		self.check_rate()

	def check_rate(self):
		if not 0 <= flt(self.rate) <= 100:
			frappe.throw(
				_("Commission plan {0}: the rate must be between 0 and 100 %.").format(self.plan_name)
			)
