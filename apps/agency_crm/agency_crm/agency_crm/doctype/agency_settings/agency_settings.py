from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.listings import finding, leases, media, required
from agency_crm.services.listings import record as listings
from agency_crm.services.pools import clients as pools
from agency_crm.services.pools import listings as lapses
from agency_crm.services.privacy import secrets
from agency_crm.services.rating import clients as client_marks
from agency_crm.services.rating import grades, levels, scales
from agency_crm.services.rating import listings as marks


class AgencySettings(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.agency_company_settings.agency_company_settings import (
			AgencyCompanySettings,
		)
		from agency_crm.agency_crm.doctype.client_level_weight.client_level_weight import ClientLevelWeight
		from agency_crm.agency_crm.doctype.listing_grade_weight.listing_grade_weight import ListingGradeWeight
		from agency_crm.agency_crm.doctype.listing_required_field.listing_required_field import (
			ListingRequiredField,
		)
		from agency_crm.agency_crm.doctype.reveal_limit.reveal_limit import RevealLimit
		from agency_crm.agency_crm.doctype.shown_workspace.shown_workspace import ShownWorkspace
		from agency_crm.agency_crm.doctype.verification_evidence.verification_evidence import (
			VerificationEvidence,
		)

		area_max: DF.Float
		area_min: DF.Float
		area_steps: DF.Data | None
		ask_unit_above: DF.Float
		assignment_answer_hours: DF.Int
		assignment_from_hour: DF.Int
		assignment_to_hour: DF.Int
		buyer_fee_percent: DF.Percent
		claim_back_days: DF.Int
		claim_store_days: DF.Int
		claims_a_day: DF.Int
		client_area_days: DF.Int
		client_claim_back_days: DF.Int
		client_claims_a_day: DF.Int
		client_enquiries_a_day: DF.Int
		client_enquiries_an_hour: DF.Int
		client_enquiry_consent: DF.SmallText | None
		client_enquiry_convert: DF.Check
		client_extension_days: DF.Int
		client_new_days: DF.Int
		client_page_enabled: DF.Check
		client_protection_days: DF.Int
		client_reminder_days: DF.Data | None
		client_source_required: DF.Check
		client_store_days: DF.Int
		clients_an_agent: DF.Int
		companies: DF.Table[AgencyCompanySettings]
		confirmation_terms: DF.Text | None
		draft_lapse_hours: DF.Int
		duplicate_area_percent: DF.Percent
		duplicate_checks_a_minute: DF.Int
		duplicate_phone_scope: DF.Literal["Mine", "Store", "Company"]
		duplicate_points_area: DF.Int
		duplicate_points_building: DF.Int
		duplicate_points_floor: DF.Int
		duplicate_points_layout: DF.Int
		duplicate_points_phone: DF.Int
		duplicate_points_price: DF.Int
		duplicate_points_room: DF.Int
		duplicate_score_min: DF.Int
		enquiries_a_day: DF.Int
		enquiries_an_hour: DF.Int
		enquiry_consent: DF.SmallText | None
		enquiry_photos_max: DF.Int
		fee_due_days: DF.Int
		first_viewing_days: DF.Int
		floor_price_changed_by: DF.Literal["Maintainer and Managers", "Role Holders and Managers", "Managers"]
		floors_max: DF.Int
		grade_a: DF.Int
		grade_ageing_days: DF.Int
		grade_ageing_percent: DF.Percent
		grade_attributes: DF.Int
		grade_b: DF.Int
		grade_c: DF.Int
		grade_completeness: DF.Int
		grade_fresh_days: DF.Int
		grade_freshness: DF.Int
		grade_metro_most: DF.Int
		grade_photos_min: DF.Int
		grade_weights: DF.Table[ListingGradeWeight]
		import_questions_a_day: DF.Int
		key_due_hours: DF.Int
		key_manager_hours: DF.Int
		known_answers_an_hour: DF.Int
		landlord_fee_months: DF.Float
		lapse_reminder_days: DF.Data | None
		lease_back_days: DF.Int
		lease_reminder_days: DF.Data | None
		level_a: DF.Int
		level_ageing_days: DF.Int
		level_ageing_percent: DF.Percent
		level_attributes: DF.Int
		level_b: DF.Int
		level_c: DF.Int
		level_completeness: DF.Int
		level_fresh_days: DF.Int
		level_freshness: DF.Int
		level_interest_min: DF.Int
		level_viewings_min: DF.Int
		level_weights: DF.Table[ClientLevelWeight]
		local_area_code: DF.Data | None
		maintainer_lapse_days: DF.Int
		mandate_protection_days: DF.Int
		mandate_reminder_days: DF.Int
		mandate_terms: DF.Text | None
		map_attribution: DF.Data | None
		map_tiles: DF.Data | None
		match_learning_most: DF.Float
		match_learning_step: DF.Percent
		match_tell: DF.Check
		match_tell_pool: DF.Check
		match_tell_score: DF.Int
		notice_quiet_minutes: DF.Int
		number_questions_a_day: DF.Int
		overdue_escalation_days: DF.Int
		own_mandate_approval: DF.Check
		owner_page_enabled: DF.Check
		owner_phone_for: DF.Literal["Role Holders and Managers", "All Agents Who See the Listing"]
		photo_max_mb: DF.Int
		pin_days: DF.Int
		pooling: DF.Literal["Pooled", "Per Side"]
		price_changed_by: DF.Literal["Maintainer and Managers", "Role Holders and Managers", "Managers"]
		price_max: DF.Currency
		price_min: DF.Currency
		price_reason_required: DF.Check
		price_steps: DF.Data | None
		private_scope_by: DF.Literal["All Agents", "Managers"]
		refund_days: DF.Int
		rent_max: DF.Currency
		rent_min: DF.Currency
		rent_steps: DF.Data | None
		required_fields: DF.Table[ListingRequiredField]
		reveal_alert_from: DF.Int
		reveal_alert_least: DF.Int
		reveal_alert_times: DF.Float
		reveal_daily_limit: DF.Int
		reveal_limits: DF.Table[RevealLimit]
		reveal_reason_required: DF.Check
		reverify_days: DF.Int
		reverify_on_return: DF.Check
		reverify_price_percent: DF.Percent
		role_min_hours: DF.Int
		same_person_may_approve: DF.Check
		seller_fee_percent: DF.Percent
		shown_workspaces: DF.Table[ShownWorkspace]
		split_base: DF.Literal["Net of VAT", "Gross"]
		split_confirm_days: DF.Int
		survey_hours: DF.Int
		tax_free_years: DF.Int
		tenant_fee_months: DF.Float
		verification_evidence: DF.Table[VerificationEvidence]
		verification_hours: DF.Int
		video_max_mb: DF.Int
		viewing_hours_most: DF.Int
		viewing_needs_approval: DF.Check
		viewing_overlap: DF.Literal["Warn", "Refuse"]
	# end: auto-generated types

	def validate(self):
		listings.check_bounds(self)
		lapses.check_reminder_days(self)
		pools.check_settings(self)
		scales.check_scale(self, "grade")
		scales.check_scale(self, "level")
		leases.check_settings(self)
		media.check_settings(self)
		required.check_settings(self)
		finding.check_settings(self)
		secrets.check_settings(self)

	def on_update(self):
		marks.rules_saved(grades.rules_changed(self))
		client_marks.rules_saved(levels.rules_changed(self))
