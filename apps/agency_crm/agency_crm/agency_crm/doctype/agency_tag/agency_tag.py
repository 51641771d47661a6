from frappe.model.document import Document

from agency_crm.services.library import tags


class AgencyTag(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		colour: DF.Literal["Gray", "Blue", "Green", "Orange", "Red", "Purple", "Cyan", "Yellow", "Pink"]
		enabled: DF.Check
		kind: DF.Literal["Free", "Rule"]
		sort_order: DF.Int
		tag_name: DF.Data
	# end: auto-generated types

	def validate(self):
		tags.check_tag(self)
