import frappe
from frappe import _
from frappe.utils import getdate

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.commission import splits


class SplitTemplate(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.split_template_row.split_template_row import SplitTemplateRow

		deal_type: DF.Literal["Sale", "Lease"]
		disabled: DF.Check
		effective_from: DF.Date
		effective_to: DF.Date | None
		rows: DF.Table[SplitTemplateRow]
		template_name: DF.Data
		territory: DF.Link | None
	# end: auto-generated types

	def validate(self):
		self.check_dates()
		splits.check_template(self)

	def check_dates(self):
		if self.effective_to and getdate(self.effective_to) < getdate(self.effective_from):
			frappe.throw(
				_("Split template {0}: {1} is before {2}.").format(
					self.template_name, _("Effective To"), _("Effective From")
				)
			)
