from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.matching import weights


class MatchingWeights(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.matching_weight.matching_weight import MatchingWeight

		budget_percent: DF.Float
		company: DF.Link
		metro_most: DF.Int
		parts: DF.Table[MatchingWeight]
	# end: auto-generated types

	def before_validate(self):
		weights.fill_parts(self)

	def validate(self):
		weights.check_parts(self)
