from agency_crm.framework.system_fields import ShippedDocument


class VerificationEvidence(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		kind: DF.Literal["Existence", "Ownership Certificate", "Site Survey", "Key", "Mandate"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		required: DF.Check
		slot: DF.Data
	# end: auto-generated types
	pass
