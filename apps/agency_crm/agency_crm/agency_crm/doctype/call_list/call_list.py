from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.follow_ups import call_lists


class CallList(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.call_list_agent.call_list_agent import CallListAgent

		agents: DF.Table[CallListAgent]
		due_on: DF.Date
		left_out: DF.Int
		script: DF.Text | None
		segment: DF.Link | None
		status: DF.Literal["Making", "Ready"]
		store: DF.Link | None
		title: DF.Data

	# end: auto-generated types
	def validate(self):
		call_lists.check_call_list(self)

	def after_insert(self):
		call_lists.make_segment(self)
