from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.listings import changes
from agency_crm.services.privacy import reveals


class ListingPrivate(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		floor_price: DF.Currency
		listing: DF.Link
		owner_notes: DF.SmallText | None
	# end: auto-generated types

	def validate(self):
		changes.note_floor_price(self)
		reveals.check_floor_price(self)
