from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.office import decisions
from agency_crm.services.pools import requests


class ClientRequest(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		client: DF.Link
		decided_at: DF.Datetime | None
		decided_by: DF.Link | None
		decision_reason: DF.SmallText | None
		from_agent: DF.Link | None
		kind: DF.Literal["Access", "Transfer", "Referral"]
		open_key: DF.Data | None
		reason: DF.SmallText
		status: DF.Literal["Open", "Approved", "Refused", "Withdrawn"]
		store: DF.Link | None
		to_agent: DF.Link
	# end: auto-generated types

	def validate(self):
		if self.is_new():
			requests.fill_request(self)

	def after_insert(self):
		if self.status == decisions.OPEN:
			requests.ask_managers(self)
