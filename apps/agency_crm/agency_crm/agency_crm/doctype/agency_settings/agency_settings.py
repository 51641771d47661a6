from frappe.model.document import Document

from agency_crm.services import listings
from agency_crm.services.library import leases


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
		duplicate_area_percent: DF.Percent
		duplicate_phone_scope: DF.Literal["Mine", "Store", "Company"]
		duplicate_score_min: DF.Int
		enquiries_a_day: DF.Int
		enquiries_an_hour: DF.Int
		enquiry_photos_max: DF.Int
		fee_due_days: DF.Int
		first_viewing_days: DF.Int
		floor_price_changed_by: DF.Literal["Maintainer and Managers", "Role Holders and Managers", "Managers"]
		floors_max: DF.Int
		key_due_hours: DF.Int
		landlord_fee_months: DF.Float
		lapse_reminder_days: DF.Data | None
		lease_back_days: DF.Int
		maintainer_lapse_days: DF.Int
		mandate_protection_days: DF.Int
		mandate_reminder_days: DF.Int
		owner_page_enabled: DF.Check
		owner_phone_for: DF.Literal["Role Holders and Managers", "All Agents Who See the Listing"]
		photo_max_mb: DF.Int
		pooling: DF.Literal["Pooled", "Per Side"]
		price_changed_by: DF.Literal["Maintainer and Managers", "Role Holders and Managers", "Managers"]
		price_max: DF.Currency
		price_min: DF.Currency
		private_scope_by: DF.Literal["All Agents", "Managers"]
		refund_days: DF.Int
		rent_max: DF.Currency
		rent_min: DF.Currency
		reveal_daily_limit: DF.Int
		reveal_reason_required: DF.Check
		reverify_days: DF.Int
		reverify_on_return: DF.Check
		reverify_price_percent: DF.Percent
		role_min_hours: DF.Int
		same_person_may_approve: DF.Check
		seller_fee_percent: DF.Percent
		split_base: DF.Literal["Net of VAT", "Gross"]
		split_confirm_days: DF.Int
		survey_hours: DF.Int
		tenant_fee_months: DF.Float
		verification_hours: DF.Int
		video_max_mb: DF.Int
		viewing_needs_approval: DF.Check
	# end: auto-generated types

	def validate(self):
		listings.check_bounds(self)
		leases.check_settings(self)
