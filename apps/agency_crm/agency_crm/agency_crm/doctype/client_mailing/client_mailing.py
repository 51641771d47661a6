from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.notifications import mailings


class ClientMailing(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agent: DF.Link | None
		approved_by: DF.Link | None
		approved_on: DF.Datetime | None
		done_to: DF.Data | None
		homes: DF.Int
		left_out: DF.Int
		mails_sent: DF.Int
		message: DF.TextEditor
		segment: DF.Link
		sent_on: DF.Datetime | None
		status: DF.Literal["Draft", "Requested", "Sending", "Sent"]
		store: DF.Link | None
		subject: DF.Data

	# end: auto-generated types
	def validate(self):
		mailings.check_mailing(self)
