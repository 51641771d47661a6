from frappe.model.document import Document

from agency_crm.services import agents


class Agent(Document):
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
		sales_person: DF.Link | None
		status: DF.Literal["Active", "On Leave", "Left"]
		store: DF.Link
		supplier: DF.Link | None
		tax_method: DF.Literal["Payroll", "Labour Service", "Invoice"]
		user: DF.Link | None
	# end: auto-generated types

	def validate(self):
		agents.check_agent(self)
