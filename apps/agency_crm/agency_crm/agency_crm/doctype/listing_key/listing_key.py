import frappe

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.listings import keys


class ListingKey(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		code_key: DF.Data | None
		due_back: DF.Datetime | None
		holder: DF.Link | None
		key_code: DF.Data | None
		listing: DF.Link
		note: DF.SmallText | None
		overdue_told: DF.Int
		place: DF.Literal["Store", "Other Agency", "Owner", "Lock Box"]
		received_by: DF.Link | None
		status: DF.Literal["In", "Out", "Overdue", "Lost", "Returned"]
		store: DF.Link | None

	# end: auto-generated types
	def validate(self):
		keys.fill_key(self)
		keys.set_code(self)
		keys.check_code(self)

	def after_insert(self):
		keys.begin(self)


def on_doctype_update():
	"""One index for the hourly look at what is late."""
	frappe.db.add_index("Listing Key", ["status", "due_back"])
