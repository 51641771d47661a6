from agency_crm.framework.system_fields import ShippedDocument


class CommissionAccrual(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.commission_accrual_row.commission_accrual_row import (
			CommissionAccrualRow,
		)

		base: DF.Currency
		company: DF.Link
		deal: DF.Link
		held_reason: DF.SmallText | None
		journal_entry: DF.Link | None
		origin_date: DF.Date | None
		posting_date: DF.Date
		realised: DF.Currency
		received: DF.Currency
		rows: DF.Table[CommissionAccrualRow]
		status: DF.Literal["Posted", "Held", "Cancelled"]
		total: DF.Currency
		vouchers: DF.SmallText | None
	# end: auto-generated types
	pass
