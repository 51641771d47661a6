import frappe

from agency_crm.framework import fetched
from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.places import estate_merging, estates
from agency_crm.services.rating import listings as rating


class Estate(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.estate_building.estate_building import EstateBuilding
		from agency_crm.agency_crm.doctype.estate_metro.estate_metro import EstateMetro

		address: DF.Data | None
		aliases: DF.SmallText | None
		buildings: DF.Table[EstateBuilding]
		estate_name: DF.Data
		external_id: DF.Data | None
		external_key: DF.Data | None
		metro: DF.Table[EstateMetro]
		name_key: DF.Data | None
		pinyin_initials: DF.Data | None
		property_type: DF.Literal["", "Residential", "Apartment", "Villa", "Commercial"]
		schools: DF.SmallText | None
		source_channel: DF.Data | None
		territory: DF.Link
		year_built: DF.Int
	# end: auto-generated types

	def validate(self):
		estates.keep_old_name(self)
		estates.set_keys(self)
		estates.check_rooms(self)
		estates.check_unique(self)

	def on_update(self):
		estates.carry_place(self)
		rating.follow_estate(self)
		estates.carry_name(self)
		fetched.carry(self)

	def before_rename(self, old, new, merge=False):
		estate_merging.check_merge(self, merge)

	def after_rename(self, old, new, merge=False):
		estate_merging.take_in(self, frappe.get_doc("Estate", old))
		rating.refresh_estate_later(self.name)
