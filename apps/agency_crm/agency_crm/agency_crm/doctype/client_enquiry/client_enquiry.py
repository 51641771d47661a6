import frappe

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.intake import client_enquiries, queues
from agency_crm.services.privacy import secrets


class ClientEnquiry(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.requirement_estate.requirement_estate import RequirementEstate
		from agency_crm.agency_crm.doctype.requirement_territory.requirement_territory import (
			RequirementTerritory,
		)

		area_max: DF.Float
		area_min: DF.Float
		as_typed: DF.SmallText | None
		assigned_to: DF.Link | None
		bedrooms_max: DF.Int
		bedrooms_min: DF.Int
		budget_max: DF.Currency
		budget_min: DF.Currency
		client: DF.Link | None
		consent_text: DF.SmallText | None
		consented_at: DF.Datetime | None
		enquirer_name: DF.Data
		estates: DF.TableMultiSelect[RequirementEstate]
		external_id: DF.Data | None
		external_key: DF.Data | None
		needs_elevator: DF.Check
		needs_metro: DF.Check
		needs_school: DF.Check
		number_masked: DF.Data | None
		partner: DF.Link | None
		passed_on_at: DF.Datetime | None
		phone_number: DF.Data | None
		reference_no: DF.Data | None
		referral_code: DF.Data | None
		reject_reason: DF.SmallText | None
		remarks: DF.SmallText | None
		requirement: DF.Link | None
		requirement_type: DF.Literal["Buy", "Rent"]
		sender: DF.Data | None
		source_channel: DF.Literal["Client Page", "Referral", "Portal"]
		source_detail: DF.Data | None
		status: DF.Literal["New", "Doing", "Converted", "Rejected", "Spam"]
		store: DF.Link | None
		submission_token: DF.Data | None
		territories: DF.TableMultiSelect[RequirementTerritory]
		typed_encrypted: DF.SmallText | None

	# end: auto-generated types
	def validate(self):
		queues.check_open(self)
		client_enquiries.check_facts(self)

	def after_delete(self):
		secrets.forget(secrets.PHONE, [self.phone_number])


def on_doctype_update():
	"""What one address sent lately, for the limit of an hour; what came in a day, and the list's order."""
	frappe.db.add_index("Client Enquiry", ["creation"])
	frappe.db.add_index("Client Enquiry", ["sender", "creation"])
