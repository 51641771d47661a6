from agency_crm.framework.system_fields import ShippedDocument


class CommissionAccrualRow(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		account: DF.Link | None
		agent: DF.Link | None
		amount: DF.Currency
		deal_split: DF.Link
		due: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		party: DF.DynamicLink | None
		party_type: DF.Link | None
		payout: DF.Link | None
		performance: DF.Currency
		rate: DF.Percent
		role: DF.Literal[
			"",
			"Entry",
			"Maintainer",
			"Survey",
			"Mandate",
			"Key",
			"Referral",
			"First Viewing",
			"Closing",
			"Finance",
			"Manager Override",
		]
	# end: auto-generated types
	pass
