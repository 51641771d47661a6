from agency_crm.framework.system_fields import ShippedDocument


class CommissionStatementRow(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		deal: DF.Link | None
		listing_title: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		percent: DF.Percent
		performance: DF.Currency
		posting_date: DF.Date | None
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
