from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.intake import partners


class ListingPartner(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		is_active: DF.Check
		key_made_on: DF.Datetime | None
		maintainer: DF.Link | None
		partner_name: DF.Data
		requests_an_hour: DF.Int
		source_channel: DF.Data
		store: DF.Link
		user: DF.Link | None
	# end: auto-generated types

	def validate(self):
		partners.check_partner(self)

	def after_insert(self):
		partners.make_user(self)

	def on_update(self):
		partners.keep_key(self)
