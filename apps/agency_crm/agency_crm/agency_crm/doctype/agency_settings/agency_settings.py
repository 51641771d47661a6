from frappe.model.document import Document

from agency_crm.services import listings


class AgencySettings(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.agency_company_settings.agency_company_settings import (
			AgencyCompanySettings,
		)

		area_max: DF.Float
		area_min: DF.Float
		ask_unit_above: DF.Float
		buyer_fee_percent: DF.Percent
		client_protection_days: DF.Int
		companies: DF.Table[AgencyCompanySettings]
		confirmation_terms: DF.Text | None
		draft_lapse_hours: DF.Int
		fee_due_days: DF.Int
		first_viewing_days: DF.Int
		floors_max: DF.Int
		landlord_fee_months: DF.Float
		owner_phone_for: DF.Literal["Role Holders and Managers", "All Agents Who See the Listing"]
		pooling: DF.Literal["Pooled", "Per Side"]
		price_max: DF.Currency
		price_min: DF.Currency
		refund_days: DF.Int
		rent_max: DF.Currency
		rent_min: DF.Currency
		reveal_daily_limit: DF.Int
		reveal_reason_required: DF.Check
		role_min_hours: DF.Int
		same_person_may_approve: DF.Check
		seller_fee_percent: DF.Percent
		split_base: DF.Literal["Net of VAT", "Gross"]
		split_confirm_days: DF.Int
		tenant_fee_months: DF.Float
		viewing_needs_approval: DF.Check
	# end: auto-generated types

	def validate(self):
		listings.check_bounds(self)
