import frappe
from frappe import _

from agency_crm.framework.system_fields import ShippedDocument


class ClientPhone(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		is_primary: DF.Check
		label: DF.Literal["Own", "Spouse", "Parent", "Child", "Agent", "Company", "Other"]
		number: DF.Data | None
		number_masked: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		phone_number: DF.Data | None
		related_as: DF.Literal[
			"",
			"Spouse",
			"Parent",
			"Child",
			"Sibling",
			"Relative",
			"Friend",
			"Contact Person",
			"Agent of",
			"Company of",
			"Other",
		]
		typed_encrypted: DF.SmallText | None
	# end: auto-generated types

	def validate(self):
		"""Called only where a row is saved by itself: its Client, which seals the number, would know nothing."""
		frappe.throw(_("A number is saved with its client: open {0}.").format(self.parent))
