import frappe

from agency_crm.framework import fetched
from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.clients import holders, movements, record, referrals, sources, stages
from agency_crm.services.duplicates import pairs as duplicates
from agency_crm.services.follow_ups import plans, tasks
from agency_crm.services.matching import pairs
from agency_crm.services.office import agents
from agency_crm.services.privacy import known_numbers, reveals, secrets
from agency_crm.services.rating import clients as rating


class Client(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.client_collaborator.client_collaborator import ClientCollaborator
		from agency_crm.agency_crm.doctype.client_phone.client_phone import ClientPhone
		from agency_crm.agency_crm.doctype.client_relation.client_relation import ClientRelation
		from agency_crm.agency_crm.doctype.client_tag.client_tag import ClientTag

		agent: DF.Link | None
		birthday: DF.Date | None
		client_name: DF.Data
		client_type: DF.Literal["Individual", "Company"]
		collaborators: DF.Table[ClientCollaborator]
		consent: DF.Literal["", "Given", "Withdrawn"]
		consent_at: DF.Datetime | None
		consent_source: DF.Data | None
		customer: DF.Link | None
		eligibility: DF.Literal["", "To Be Checked", "Eligible", "Not Eligible"]
		eligibility_checked_on: DF.Date | None
		eligibility_note: DF.SmallText | None
		erased_on: DF.Datetime | None
		extended_until: DF.Date | None
		fall_reminded_on: DF.Date | None
		gender: DF.Literal["", "Male", "Female"]
		homes_owned: DF.Int
		household_registration: DF.Literal["", "Local", "Elsewhere", "Foreign"]
		household_size: DF.Int
		is_buyer: DF.Check
		is_landlord: DF.Check
		is_seller: DF.Check
		is_tenant: DF.Check
		last_agent: DF.Link | None
		last_effective_on: DF.Datetime | None
		last_follow_up_on: DF.Datetime | None
		last_viewed_on: DF.Datetime | None
		level: DF.Literal["", "A", "B", "C", "D"]
		level_by_hand: DF.Check
		level_reasons: DF.JSON | None
		level_score: DF.Float
		looked_area: DF.Float
		looked_price: DF.Currency
		looked_rent: DF.Currency
		lost_reason: DF.SmallText | None
		marital_status: DF.Literal["", "Single", "Married", "Divorced", "Widowed"]
		next_follow_up_on: DF.Date | None
		occupation: DF.Data | None
		payment_way: DF.Literal["", "Full Payment", "Mortgage", "Provident Fund", "Combined Loan"]
		phones: DF.Table[ClientPhone]
		pool: DF.Literal["Private", "Store", "Area"]
		pool_since: DF.Datetime | None
		protected_until: DF.Date | None
		purpose: DF.Literal[
			"", "Own Use", "Upgrade", "Marriage", "School", "Retirement", "Investment", "Work", "Other"
		]
		referral_code: DF.Data | None
		referred_by: DF.Link | None
		referred_by_client: DF.Link | None
		relations: DF.Table[ClientRelation]
		social_insurance_months: DF.Int
		source_channel: DF.Literal[
			"",
			"Walk-in",
			"Phone",
			"Referral",
			"Portal",
			"WeChat",
			"Owner Page",
			"Client Page",
			"Import",
			"Other",
		]
		source_detail: DF.Data | None
		stage: DF.Literal["Prospect", "Interested", "Viewing", "Negotiating", "Closed", "After-sale", "Lost"]
		stage_since: DF.Datetime | None
		store: DF.Link | None
		tag_names: DF.SmallText | None
		tags: DF.TableMultiSelect[ClientTag]
		top_interest: DF.Int
		viewing_count: DF.Int
		wechat: DF.Data | None
	# end: auto-generated types

	def onload(self):
		self.set_onload("named_by", record.named_by(self.name))

	def validate(self):
		record.check_not_erased(self)
		secrets.seal_phones(self)
		sources.check_source(self)
		record.set_people(self)
		holders.follow_holder_change(self)
		agents.check_move(self)
		record.check_phones(self)
		record.check_relations(self)
		record.check_eligibility(self)
		record.set_consent(self)
		known_numbers.check_known(self)
		stages.check_stage(self)
		referrals.check_referral(self)
		rating.set_marks(self)

	def on_update(self):
		holders.keep_trace(self)
		duplicates.watch_owner(self)
		plans.follow_client(self)
		secrets.forget_replaced(self)
		fetched.carry(self)

	def on_trash(self):
		reveals.forget(self)
		movements.forget(self)
		tasks.forget_client(self)
		pairs.forget(self)

	def after_delete(self):
		secrets.forget(secrets.PHONE, secrets.numbers_of(self))


def on_doctype_update():
	"""What the day's work asks: what is next, and how many, of one agent; what falls at night; what a period brought."""
	frappe.db.add_index("Client", ["agent", "next_follow_up_on"])
	frappe.db.add_index("Client", ["agent", "pool"])
	frappe.db.add_index("Client", ["creation"])
	frappe.db.add_index("Client", ["pool", "last_effective_on"])
	frappe.db.add_index("Client", ["pool", "pool_since"])
