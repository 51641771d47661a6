import frappe
from frappe import _
from frappe.utils import get_link_to_form, getdate

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.deals import terminations


class DealTermination(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		accountant_approved_by: DF.Link | None
		broken_by: DF.Literal["Buyer", "Seller", "Both", "Agency"]
		broken_on: DF.Date
		deadline: DF.Date | None
		deal: DF.Link
		executed_on: DF.Datetime | None
		kept_buyer: DF.Currency
		kept_seller: DF.Currency
		listing_goes: DF.Literal["Available", "Withdrawn"]
		manager_approved_by: DF.Link | None
		prepared_by: DF.Link | None
		reason: DF.SmallText
		refund_due_on: DF.Date | None
		refund_to_pay: DF.Currency
	# end: auto-generated types

	def onload(self):
		terminations.foresee(self)

	def validate(self):
		self.check_open()
		self.check_dates()
		terminations.check_kept(self)

	def before_insert(self):
		terminations.prepare(self)

	def after_insert(self):
		terminations.begin(self)

	def on_trash(self):
		frappe.throw(
			_("Termination {0} of deal {1} is kept as a record.").format(
				self.name, get_link_to_form("Deal", self.deal)
			)
		)

	def check_open(self):
		"""What was carried out, or what one of the two has already approved, isn't changed."""
		before = self.get_doc_before_save()
		if before and before.executed_on:
			frappe.throw(_("Termination {0} was already carried out.").format(self.name))
		if before and (before.manager_approved_by or before.accountant_approved_by):
			frappe.throw(
				_("Termination {0} was approved. Take back the approvals before you change it.").format(
					self.name
				)
			)

	def check_dates(self):
		label = get_link_to_form("Deal", self.deal)
		if getdate(self.broken_on) > getdate():
			frappe.throw(
				_("Termination of deal {0}: {1} can't be in the future.").format(
					label, _("Broken On", context=self.doctype)
				)
			)
		if self.deadline and getdate(self.deadline) < getdate(self.broken_on):
			frappe.throw(
				_("Termination of deal {0}: {1} is before {2}.").format(
					label,
					_("Settle Until", context=self.doctype),
					_("Broken On", context=self.doctype),
				)
			)
