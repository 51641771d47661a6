from agency_crm.framework.system_fields import ShippedDocument


class CommissionPayoutRow(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		advance_recovered: DF.Currency
		agent: DF.Link | None
		carried_forward: DF.Currency
		deduction_reason: DF.Data | None
		gross: DF.Currency
		net: DF.Currency
		other_deduction: DF.Currency
		paid_by_hand: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		party: DF.DynamicLink | None
		party_type: DF.Link | None
		payee_name: DF.Data | None
		retention: DF.Currency
		tax_method: DF.Literal["Payroll", "Labour Service", "Invoice"]
		tax_withheld: DF.Currency
	# end: auto-generated types
	pass
