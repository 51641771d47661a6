import frappe
from frappe.model.document import Document

from agency_crm.services import clients, secrets
from agency_crm.services.library import duplicates


class Client(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.client_collaborator.client_collaborator import ClientCollaborator
		from agency_crm.agency_crm.doctype.client_phone.client_phone import ClientPhone

		agent: DF.Link | None
		client_name: DF.Data
		client_type: DF.Literal["Individual", "Company"]
		collaborators: DF.Table[ClientCollaborator]
		customer: DF.Link | None
		is_buyer: DF.Check
		is_landlord: DF.Check
		is_seller: DF.Check
		is_tenant: DF.Check
		last_follow_up_on: DF.Datetime | None
		level: DF.Literal["", "A", "B", "C", "D"]
		next_follow_up_on: DF.Date | None
		phones: DF.Table[ClientPhone]
		pool: DF.Literal["Private", "Store", "Area"]
		protected_until: DF.Date | None
		referred_by: DF.Link | None
		source_channel: DF.Literal[
			"", "Walk-in", "Phone", "Referral", "Portal", "WeChat", "Owner Page", "Other"
		]
		stage: DF.Literal["Prospect", "Interested", "Viewing", "Negotiating", "Closed", "After-sale", "Lost"]
		store: DF.Link | None
		tags: DF.SmallText | None
		wechat: DF.Data | None
	# end: auto-generated types

	def validate(self):
		secrets.seal_phones(self)
		clients.set_people(self)
		clients.check_phones(self)
		clients.warn_known(self)

	def on_update(self):
		duplicates.watch_owner(self)


def on_doctype_update():
	"""One index for what the day's work asks: what is next, of one agent."""
	frappe.db.add_index("Client", ["agent", "next_follow_up_on"])
