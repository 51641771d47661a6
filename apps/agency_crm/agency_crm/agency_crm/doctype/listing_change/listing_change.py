import frappe

from agency_crm.framework.system_fields import ShippedDocument


class ListingChange(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		at: DF.Datetime
		by: DF.Link | None
		field: DF.Literal["Price", "Floor Price", "Status", "Scope"]
		listing: DF.Link
		new: DF.Data | None
		old: DF.Data | None
		reason: DF.SmallText | None
		told: DF.Check
	# end: auto-generated types
	pass


def on_doctype_update():
	"""The history of a listing, oldest first."""
	frappe.db.add_index("Listing Change", ["listing", "at"])
