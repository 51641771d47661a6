from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.commission import payouts


class CommissionPayout(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.commission_payout_left_out.commission_payout_left_out import (
			CommissionPayoutLeftOut,
		)
		from agency_crm.agency_crm.doctype.commission_payout_row.commission_payout_row import (
			CommissionPayoutRow,
		)

		amended_from: DF.Link | None
		approved_by: DF.Link | None
		bank_account: DF.Link | None
		company: DF.Link
		journal_entry: DF.Link | None
		left_out: DF.Table[CommissionPayoutLeftOut]
		period_end: DF.Date
		posting_date: DF.Date
		prepared_by: DF.Link | None
		rows: DF.Table[CommissionPayoutRow]
		status: DF.Literal["Draft", "Paid", "Cancelled"]
		total_gross: DF.Currency
		total_net: DF.Currency
	# end: auto-generated types

	def validate(self):
		if self.docstatus.is_draft():
			payouts.collect(self)
		payouts.set_amounts(self)

	def before_submit(self):
		payouts.check_approver(self)

	def on_submit(self):
		payouts.pay(self)

	def on_cancel(self):
		payouts.take_back(self)
