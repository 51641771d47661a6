from agency_crm.framework import workflow_guard
from agency_crm.framework.workflow_guard import GuardedDocument
from agency_crm.services.deals import listing, terms
from agency_crm.services.deals import record as deals
from agency_crm.services.office import agents


class Deal(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.deal_co_agent.deal_co_agent import DealCoAgent
		from agency_crm.agency_crm.doctype.deal_party.deal_party import DealParty

		agent: DF.Link
		amended_from: DF.Link | None
		client: DF.Link
		client_name: DF.Data | None
		co_agents: DF.TableMultiSelect[DealCoAgent]
		company: DF.Link | None
		credited: DF.Currency
		deal_price: DF.Currency
		deal_type: DF.Literal["Sale", "Lease"]
		deposit_months: DF.Float
		free_days: DF.Int
		handover_on: DF.Date | None
		invoiced: DF.Currency
		lease_end: DF.Date | None
		lease_start: DF.Date | None
		listing: DF.Link
		listing_title: DF.Data | None
		live_listing: DF.Data | None
		manager_approved_by: DF.Link | None
		monthly_rent: DF.Currency
		parties: DF.Table[DealParty]
		payment_terms: DF.Data | None
		phase: DF.Literal["Draft", "Live", "Held", "Closing", "Closed", "Dead"]
		pooling: DF.Data | None
		predecessor: DF.Link | None
		realised: DF.Currency
		received: DF.Currency
		remarks: DF.SmallText | None
		review_on: DF.Datetime | None
		signed_on: DF.Date | None
		split_base: DF.Data | None
		split_template: DF.Link | None
		status: DF.Literal[
			"Draft",
			"Manager Review",
			"Finance Review",
			"Signed",
			"In Transfer",
			"Completed",
			"Void",
			"Terminating",
			"Terminated",
		]
		store: DF.Link | None
		submitted_for_review_by: DF.Link | None
		void_reason: DF.SmallText | None
	# end: auto-generated types

	def before_validate(self):
		deals.fill_from_links(self)

	def validate(self):
		deals.check_seen(self)
		agents.check_move(self)
		terms.check_terms(self)
		workflow_guard.check(self)
		listing.check_listing(self)
		deals.check_move(self)

	def before_submit(self):
		deals.check_ready_to_sign(self)

	def before_update_after_submit(self):
		workflow_guard.check(self)
		deals.check_move(self)

	def before_cancel(self):
		workflow_guard.check(self)
		deals.check_not_invoiced(self)

	def on_update(self):
		deals.follow_phase(self)

	def on_submit(self):
		deals.sign(self)

	def on_update_after_submit(self):
		deals.follow_phase(self)

	def on_cancel(self):
		deals.follow_phase(self)

	def on_trash(self):
		deals.remove_rows(self)

	def db_insert(self, *args, **kwargs):
		with listing.one_deal_a_listing(self):
			super().db_insert(*args, **kwargs)

	def db_update(self):
		with listing.one_deal_a_listing(self):
			super().db_update()
