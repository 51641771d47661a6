from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.pools import handovers


class ClientHandover(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.client_handover_agent.client_handover_agent import (
			ClientHandoverAgent,
		)
		from agency_crm.agency_crm.doctype.client_handover_row.client_handover_row import ClientHandoverRow

		done_at: DF.Datetime | None
		from_agent: DF.Link
		include_listings: DF.Check
		reason: DF.SmallText
		rows: DF.Table[ClientHandoverRow]
		started_at: DF.Datetime | None
		started_by: DF.Link | None
		status: DF.Literal["Draft", "Running", "Done"]
		store: DF.Link | None
		to_agents: DF.Table[ClientHandoverAgent]
	# end: auto-generated types

	def validate(self):
		handovers.check_handover(self)
