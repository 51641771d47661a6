import frappe
from frappe import _

from agency_crm.framework.system_fields import ShippedDocument


class ContactReveal(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		client: DF.Link | None
		client_enquiry: DF.Link | None
		enquiry: DF.Link | None
		listing: DF.Link | None
		manager_told: DF.Check
		number_masked: DF.Data | None
		reason: DF.Data | None
		revealed_at: DF.Datetime
		user: DF.Link
		what: DF.Literal["Phone", "Floor Price", "Owner Notes", "Identity Number", "E-mail", "Number Check"]
	# end: auto-generated types

	def validate(self):
		if not self.is_new():
			self.refuse_change()

	def on_trash(self):
		self.refuse_change()

	def refuse_change(self):
		"""A log that can be corrected shows nothing."""
		frappe.throw(_("The log of what was shown can't be changed: {0}.").format(self.name))


def on_doctype_update():
	"""One index for the limit of the day: what a user looked at since midnight."""
	frappe.db.add_index("Contact Reveal", ["user", "revealed_at"])
