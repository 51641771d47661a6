from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.follow_ups import plans


class FollowUpPlan(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.follow_up_plan_step.follow_up_plan_step import FollowUpPlanStep

		enabled: DF.Check
		plan_name: DF.Data
		repeat_every: DF.Int
		repeat_unit: DF.Literal["Days", "Months", "Years"]
		role: DF.Literal["", "Buyer", "Seller", "Tenant", "Landlord"]
		segment: DF.Link | None
		stage: DF.Literal[
			"", "Prospect", "Interested", "Viewing", "Negotiating", "Closed", "After-sale", "Lost"
		]
		starts: DF.Literal[
			"New Client", "Stage Entered", "Viewing Done", "Deal Signed", "Handover", "Birthday"
		]
		steps: DF.Table[FollowUpPlanStep]

	# end: auto-generated types
	def validate(self):
		plans.check_plan(self)

	def on_update(self):
		plans.forget()

	def on_trash(self):
		plans.forget()
