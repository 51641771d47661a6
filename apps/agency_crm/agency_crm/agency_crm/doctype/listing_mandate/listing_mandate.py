import frappe

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.listings import mandates


class ListingMandate(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agent: DF.Link
		approved_at: DF.Datetime | None
		approved_by: DF.Link | None
		document: DF.Attach | None
		end: DF.Date | None
		end_reason: DF.SmallText | None
		ended_on: DF.Date | None
		exclusive_deposit: DF.Currency
		fee: DF.Float
		fee_basis: DF.Literal["Percent of Price", "Months of Rent", "Amount"]
		kind: DF.Literal["Ordinary", "Exclusive"]
		listing: DF.Link
		listing_title: DF.Data | None
		owner_name: DF.Data | None
		protection_days: DF.Int
		reminded_on: DF.Date | None
		signed_by: DF.Link | None
		signed_on: DF.Date | None
		start: DF.Date
		status: DF.Literal["Draft", "Submitted", "Approved", "Active", "Expired", "Ended", "Refused"]
		store: DF.Link | None
		submitted_by: DF.Link | None
	# end: auto-generated types

	def before_validate(self):
		mandates.fill_mandate(self)

	def validate(self):
		mandates.check_open(self)
		mandates.check_listing(self)
		mandates.check_dates(self)
		mandates.check_fee(self)
		mandates.check_signature(self)

	def on_trash(self):
		mandates.check_open(self)


def on_doctype_update():
	"""What a listing's mandates are, and which of them start or end today."""
	frappe.db.add_index("Listing Mandate", ["status", "end"])
