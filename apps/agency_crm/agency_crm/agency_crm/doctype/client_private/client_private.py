from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.notifications import mailings
from agency_crm.services.privacy import reveals, secrets


class ClientPrivate(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		client: DF.Link
		email: DF.Password | None
		id_number: DF.Password | None
		id_type: DF.Literal["ID Card", "Passport", "HK/Macau Permit", "Business Licence"]
		identity_number: DF.Data | None
	# end: auto-generated types

	def validate(self):
		reveals.check_identity(self)
		mailings.check_address(self)

	def on_update(self):
		before = self.get_doc_before_save()
		if before and before.identity_number != self.identity_number:
			secrets.forget(secrets.IDENTITY, [before.identity_number])

	def after_delete(self):
		secrets.forget(secrets.IDENTITY, [self.identity_number])
