import frappe

from agency_crm.framework.system_fields import ShippedDocument


class ListingFollower(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		daily_mail: DF.Check
		listing: DF.Link
		mailed_to: DF.Datetime | None
		user: DF.Link
	# end: auto-generated types
	pass


def on_doctype_update():
	"""A user follows a listing once."""
	frappe.db.add_unique("Listing Follower", ["listing", "user"])
	frappe.db.add_index("Listing Follower", ["user"])
