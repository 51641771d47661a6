import frappe
from frappe import _
from frappe.utils import flt, get_link_to_form, getdate

from agency_crm.services import deals, workflow_guard
from agency_crm.services.workflow_guard import GuardedDocument


class Deal(GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.deal_co_agent.deal_co_agent import DealCoAgent
		from agency_crm.agency_crm.doctype.deal_party.deal_party import DealParty

		accrued: DF.Currency
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
		monthly_rent: DF.Currency
		paid: DF.Currency
		parties: DF.Table[DealParty]
		payment_terms: DF.Data | None
		phase: DF.Literal["Draft", "Live", "Held", "Closing", "Closed", "Dead"]
		predecessor: DF.Link | None
		realised: DF.Currency
		received: DF.Currency
		remarks: DF.SmallText | None
		review_on: DF.Datetime | None
		signed_on: DF.Date | None
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
		deals.fill(self)

	def validate(self):
		self.check_price()
		self.check_lease_dates()
		self.check_parties()
		self.check_agents()
		workflow_guard.check(self)
		deals.check_listing(self)
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
		deals.follow(self)

	def on_submit(self):
		deals.sign(self)

	def on_update_after_submit(self):
		deals.follow(self)

	def on_cancel(self):
		deals.follow(self)

	def on_trash(self):
		deals.remove_rows(self)

	def db_insert(self, *args, **kwargs):
		with deals.one_deal_a_listing(self):
			super().db_insert(*args, **kwargs)

	def db_update(self):
		with deals.one_deal_a_listing(self):
			super().db_update()

	def check_price(self):
		field = "monthly_rent" if self.deal_type == "Lease" else "deal_price"
		if flt(self.get(field)) <= 0:
			label = frappe.bold(_(self.meta.get_label(field)))
			frappe.throw(_("{0}: {1} must be above 0.").format(self.label(), label), title=_("Price Missing"))

	def check_lease_dates(self):
		if self.lease_start and self.lease_end and getdate(self.lease_end) <= getdate(self.lease_start):
			frappe.throw(
				_("{0}: {1} must be after {2}.").format(self.label(), _("Lease Until"), _("Lease From"))
			)

	def check_parties(self):
		"""The client is on the buyer's side, nobody stands twice, and the shares of a side make 100 %."""
		seen = {}
		for row in self.parties:
			if row.client in seen:
				frappe.throw(
					_("{0}: {1} stands in rows {2} and {3} of the parties. Remove one.").format(
						self.label(), row.client_name or row.client, seen[row.client], row.idx
					)
				)
			seen[row.client] = row.idx
		if self.client not in {row.client for row in self.parties if row.side == "Buyer"}:
			frappe.throw(
				_("{0}: add {1} to the parties on the side {2}.").format(
					self.label(), self.client_name or self.client, _("Buyer")
				)
			)
		for side in ("Buyer", "Seller"):
			shares = [flt(row.share) for row in self.parties if row.side == side]
			if any(shares) and abs(sum(shares) - 100) > 0.01:
				frappe.throw(
					_("{0}: the shares of the side {1} make {2} %, not 100 %.").format(
						self.label(), _(side), f"{sum(shares):g}"
					)
				)

	def check_agents(self):
		if self.agent in {row.agent for row in self.co_agents}:
			frappe.throw(
				_("{0}: the closing agent is already counted. Take them out of {1}.").format(
					self.label(), _("Co-agents")
				)
			)
		if not self.company:
			frappe.throw(_("{0}: store {1} has no company.").format(self.label(), self.store or "-"))

	def label(self) -> str:
		"""The deal as an error names it: with a link once it is saved."""
		return _("New Deal") if self.is_new() else get_link_to_form("Deal", self.name)
