from agency_crm.framework.system_fields import ShippedDocument


class CommissionPayoutLeftOut(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agent: DF.Link | None
		amount: DF.Currency
		book_as_paid: DF.Check
		deal: DF.Link | None
		ledger_difference: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		party: DF.DynamicLink | None
		party_type: DF.Link | None
		payee_name: DF.Data | None
		reason: DF.Literal[
			"Split Not Confirmed", "Commission Is Held", "Payee Is Blocked", "Ledger Says Otherwise"
		]
	# end: auto-generated types
	pass
