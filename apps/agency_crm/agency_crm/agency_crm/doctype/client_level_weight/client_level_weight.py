from agency_crm.framework.system_fields import ShippedDocument


class ClientLevelWeight(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		item: DF.Literal[
			"Urgent",
			"Eligible",
			"Full Payment",
			"Referred",
			"Viewed",
			"Keen",
			"Negotiating",
			"Open Requirement",
			"Budget",
			"Places",
			"Area",
			"Layout",
			"Purpose",
			"Way of Paying",
			"Eligibility Checked",
			"Household",
			"Consent",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		weight: DF.Int
	# end: auto-generated types
	pass
