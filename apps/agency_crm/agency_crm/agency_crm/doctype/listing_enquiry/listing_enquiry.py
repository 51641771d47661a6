import frappe

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.intake import listing_enquiries
from agency_crm.services.privacy import secrets


class ListingEnquiry(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.listing_enquiry_photo.listing_enquiry_photo import (
			ListingEnquiryPhoto,
		)

		as_typed: DF.SmallText | None
		asking_price: DF.Currency
		assigned_to: DF.Link | None
		building_no: DF.Data | None
		channel: DF.Literal["Owner Page"]
		client: DF.Link | None
		consent_text: DF.SmallText | None
		consented_at: DF.Datetime | None
		enquirer_name: DF.Data
		estate: DF.Link | None
		gross_area: DF.Float
		layout: DF.Data | None
		listing: DF.Link | None
		listing_type: DF.Literal["Sale", "Lease"]
		number_masked: DF.Data | None
		phone_number: DF.Data | None
		photos: DF.Table[ListingEnquiryPhoto]
		reference_no: DF.Data | None
		reject_reason: DF.SmallText | None
		remarks: DF.SmallText | None
		rent: DF.Currency
		room_no: DF.Data | None
		sender: DF.Data | None
		status: DF.Literal["New", "Doing", "Converted", "Rejected", "Spam"]
		store: DF.Link | None
		submission_token: DF.Data | None
		typed_encrypted: DF.SmallText | None
		unit_no: DF.Data | None
	# end: auto-generated types

	def validate(self):
		listing_enquiries.check_kept(self)
		listing_enquiries.read_facts(self)

	def after_delete(self):
		secrets.forget(secrets.PHONE, [self.phone_number])


def on_doctype_update():
	"""One index for the limit of an hour: what one address sent lately."""
	frappe.db.add_index("Listing Enquiry", ["sender", "creation"])
