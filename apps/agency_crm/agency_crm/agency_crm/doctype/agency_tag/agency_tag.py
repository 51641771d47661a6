from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.rating import tags
from agency_crm.services.rating.kinds import MARKS


class AgencyTag(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.agency_tag_condition.agency_tag_condition import AgencyTagCondition

		applies_to: DF.Literal["Listing", "Client"]
		colour: DF.Literal["Gray", "Blue", "Green", "Orange", "Red", "Purple", "Cyan", "Yellow", "Pink"]
		conditions: DF.Table[AgencyTagCondition]
		enabled: DF.Check
		kind: DF.Literal["Free", "Rule"]
		sort_order: DF.Int
		tag_name: DF.Data
	# end: auto-generated types

	def validate(self):
		tags.check_tag(self)

	def on_update(self):
		MARKS[self.applies_to].rules_saved(tags.rule_changed(self))

	def after_delete(self):
		MARKS[self.applies_to].rules_saved(self.kind == "Rule")
