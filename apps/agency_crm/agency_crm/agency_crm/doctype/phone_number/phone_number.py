from agency_crm.framework.system_fields import ShippedDocument


class PhoneNumber(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		number_encrypted: DF.SmallText
		number_hash: DF.Data
	# end: auto-generated types

	pass
