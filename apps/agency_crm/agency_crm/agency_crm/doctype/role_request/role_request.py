import frappe

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.listings import roles
from agency_crm.services.office import decisions


class RoleRequest(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agent: DF.Link
		decided_at: DF.Datetime | None
		decided_by: DF.Link | None
		decision_reason: DF.SmallText | None
		evidence: DF.Attach | None
		kind: DF.Literal["Gain", "Takeover", "Claim"]
		listing: DF.Link
		listing_title: DF.Data | None
		open_key: DF.Data | None
		reason: DF.SmallText | None
		replaces: DF.Link | None
		role: DF.Literal["Maintainer", "Survey", "Key"]
		status: DF.Literal["Open", "Approved", "Refused", "Withdrawn"]
		store: DF.Link | None

	# end: auto-generated types
	def validate(self):
		if self.is_new() and self.kind != "Claim":
			roles.fill_request(self)

	def after_insert(self):
		if self.status == decisions.OPEN:
			roles.ask_managers(self)


def on_doctype_update():
	"""One index for how often an agent claimed today."""
	frappe.db.add_index("Role Request", ["agent", "kind", "decided_at"])
