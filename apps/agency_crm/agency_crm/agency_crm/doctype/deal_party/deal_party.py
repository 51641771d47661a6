from agency_crm.framework.system_fields import ShippedDocument


class DealParty(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		client: DF.Link
		client_name: DF.Data | None
		consented: DF.Check
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		share: DF.Percent
		side: DF.Literal["Buyer", "Seller"]
	# end: auto-generated types
	pass
