from agency_crm.framework.system_fields import ShippedDocument


class ViewingStop(ShippedDocument):
	typed_fields = ("dislikes",)  # the client's word, chosen in a dialog of the viewing's form

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		dislikes: DF.SmallText | None
		feedback: DF.SmallText | None
		interest: DF.Int
		listing: DF.Link
		needs_key: DF.Check
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		price_opinion: DF.Literal["", "Too High", "Fair", "Low"]
		sequence: DF.Int
	# end: auto-generated types
	pass
