from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.commission import statements


class CommissionStatement(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.commission_statement_row.commission_statement_row import (
			CommissionStatementRow,
		)

		accrued: DF.Currency
		agent: DF.Link
		agent_name: DF.Data | None
		brought_forward: DF.Currency
		company: DF.Link
		deductions: DF.Currency
		month: DF.Date
		paid: DF.Currency
		payable: DF.Currency
		rows: DF.Table[CommissionStatementRow]
		store: DF.Link | None
	# end: auto-generated types

	def validate(self):
		statements.fill_statement(self)
		statements.check_one_a_month(self)
