import frappe

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.listings import verification


class ListingVerification(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.listing_verification_evidence.listing_verification_evidence import (
			ListingVerificationEvidence,
		)

		decided_at: DF.Datetime | None
		decided_by: DF.Link | None
		due_on: DF.Datetime | None
		evidence: DF.Table[ListingVerificationEvidence]
		kind: DF.Literal["Existence", "Ownership Certificate", "Site Survey", "Key", "Mandate"]
		listing: DF.Link
		listing_title: DF.Data | None
		note: DF.SmallText | None
		open_key: DF.Data | None
		overdue_on: DF.Datetime | None
		reason: DF.SmallText | None
		request_reason: DF.SmallText | None
		requested_by: DF.Link | None
		requested_of: DF.Link | None
		result: DF.Literal["Pending", "Submitted", "Approved", "Refused", "Cancelled"]
		store: DF.Link | None
		submitted_at: DF.Datetime | None
		submitted_by: DF.Link | None
		valid_until: DF.Date | None

	# end: auto-generated types
	def validate(self):
		if self.is_new():
			verification.fill_request(self)
		verification.check_evidence(self)

	def after_insert(self):
		verification.tell_asked(self)


def on_doctype_update():
	"""One index for the hourly look at what is late."""
	frappe.db.add_index("Listing Verification", ["result", "due_on"])
