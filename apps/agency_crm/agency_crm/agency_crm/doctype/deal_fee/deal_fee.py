import frappe
from frappe import _
from frappe.utils import flt, get_link_to_form

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.deals import fees
from agency_crm.services.office import approvals


class DealFee(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		basis: DF.Literal["Percent of Price", "Months of Rent", "Amount"]
		client_consent: DF.Check
		commissionable: DF.Check
		deal: DF.Link
		discount: DF.Currency
		discount_approved_by: DF.Link | None
		due_on: DF.Date | None
		due_step: DF.Data | None
		fee_type: DF.Literal["Brokerage", "Loan Service", "Transfer Service", "Other Service", "Pass-through"]
		invoiced: DF.Currency
		payer: DF.Link
		payer_kind: DF.Literal["Client", "Company", "Developer"]
		payer_name: DF.Data | None
		rate: DF.Float
		sales_invoice: DF.Link | None
		side: DF.Literal["Buyer", "Seller"]
		vat_included: DF.Check
	# end: auto-generated types

	def validate(self):
		approvals.check_row(self)
		self.check_payer()
		self.check_rate()
		fees.set_amount(self)
		fees.note_discount(self)

	def on_trash(self):
		approvals.check_row(self)

	def check_payer(self):
		"""A payer who is a client stands among the deal's parties, on any side: a buyer may pay both fees."""
		if self.payer_kind != "Client":
			return
		if not frappe.db.exists("Deal Party", {"parent": self.deal, "client": self.payer}):
			frappe.throw(
				_("Fee of deal {0}: {1} is not one of its parties. Add them there first.").format(
					get_link_to_form("Deal", self.deal), self.payer_name or self.payer
				)
			)

	def check_rate(self):
		if self.basis != "Amount" and flt(self.rate) <= 0:
			frappe.throw(
				_("Fee of deal {0}: {1} must be above 0.").format(
					get_link_to_form("Deal", self.deal), frappe.bold(_("Rate"))
				)
			)
