from agency_crm.framework.system_fields import ShippedDocument


class SplitTemplateRow(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		fallback_role: DF.Literal[
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
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		percent: DF.Percent
		role: DF.Literal[
			"Entry",
			"Maintainer",
			"Survey",
			"Mandate",
			"Key",
			"Referral",
			"First Viewing",
			"Closing",
			"Finance",
		]
	# end: auto-generated types
	pass
