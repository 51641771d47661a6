from frappe.model.document import Document


class SplitTemplate(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from agency_crm.agency_crm.doctype.split_template_row.split_template_row import SplitTemplateRow
		from frappe.types import DF

		deal_type: DF.Literal["Sale", "Lease"]
		disabled: DF.Check
		effective_from: DF.Date
		effective_to: DF.Date | None
		rows: DF.Table[SplitTemplateRow]
		template_name: DF.Data
		territory: DF.Link | None
	# end: auto-generated types
	pass
