from frappe.model.document import Document


class ContactReveal(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		client: DF.Link | None
		listing: DF.Link | None
		number_masked: DF.Data | None
		reason: DF.Data | None
		revealed_at: DF.Datetime
		user: DF.Link
		what: DF.Literal["Phone", "Floor Price", "Owner Notes", "Identity Number"]
	# end: auto-generated types
	pass
