import frappe

from agency_crm.framework.system_fields import ShippedDocument


class ClientMovement(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		at: DF.Datetime
		by: DF.Link | None
		client: DF.Link
		from_agent: DF.Link | None
		from_pool: DF.Literal["", "Private", "Store", "Area"]
		from_store: DF.Link | None
		kind: DF.Literal[
			"Fall", "Claim", "Transfer", "Assignment", "Refusal", "Handover", "Extension", "Access"
		]
		reason: DF.SmallText | None
		to_agent: DF.Link | None
		to_pool: DF.Literal["", "Private", "Store", "Area"]
	# end: auto-generated types
	pass


def on_doctype_update():
	"""What happened with a client, newest first; how often an agent claimed today; the list's order."""
	frappe.db.add_index("Client Movement", ["creation"])
	frappe.db.add_index("Client Movement", ["client", "at"])
	frappe.db.add_index("Client Movement", ["to_agent", "kind", "at"])
	frappe.db.add_index("Client Movement", ["from_agent", "kind", "at"])
