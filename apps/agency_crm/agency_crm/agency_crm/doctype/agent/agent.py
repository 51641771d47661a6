from agency_crm.framework import fetched
from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.permissions.reader import forget_places
from agency_crm.services.office import agents
from agency_crm.services.pools import handovers


class Agent(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agent_name: DF.Data
		commission_plan: DF.Link | None
		employee: DF.Link | None
		left_on: DF.Date | None
		licence_no: DF.Data | None
		licence_type: DF.Literal["", "Broker", "Assistant Broker"]
		on_leave_from: DF.Date | None
		on_leave_to: DF.Date | None
		referral_code: DF.Data | None
		sales_person: DF.Link | None
		status: DF.Literal["Active", "On Leave", "Left"]
		store: DF.Link
		supplier: DF.Link | None
		tax_method: DF.Literal["Payroll", "Labour Service", "Invoice"]
		user: DF.Link | None
	# end: auto-generated types

	def validate(self):
		agents.check_agent(self)

	def on_update(self):
		handovers.remind_of_book(self)
		fetched.carry(self)

	def on_change(self):
		forget_places()

	def after_delete(self):
		forget_places()
