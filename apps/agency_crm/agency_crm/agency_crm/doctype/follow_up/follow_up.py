from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.follow_ups import record as follow_ups
from agency_crm.services.follow_ups import tasks


class FollowUp(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agent: DF.Link
		client: DF.Link | None
		client_name: DF.Data | None
		content: DF.SmallText
		followed_on: DF.Datetime
		is_effective: DF.Check
		listing: DF.Link | None
		method: DF.Literal["Call", "Visit", "WeChat", "Message", "Other"]
		next_follow_up_on: DF.Date | None
		task: DF.Link | None
	# end: auto-generated types

	def validate(self):
		follow_ups.check_follow_up(self)

	def on_update(self):
		follow_ups.note_follow_up(self)

	def on_trash(self):
		tasks.forget_follow_up(self)
