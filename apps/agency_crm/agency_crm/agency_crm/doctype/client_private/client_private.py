from frappe.model.document import Document

from agency_crm.services import reveals
from agency_crm.services.clients import mailings


class ClientPrivate(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		client: DF.Link
		email: DF.Password | None
		id_hash: DF.Data | None
		id_number: DF.Password | None
		id_type: DF.Literal["ID Card", "Passport", "HK/Macau Permit", "Business Licence"]
	# end: auto-generated types

	def validate(self):
		reveals.check_identity(self)
		mailings.check_address(self)
