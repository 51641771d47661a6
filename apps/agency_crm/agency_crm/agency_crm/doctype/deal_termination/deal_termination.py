from frappe.model.document import Document


class DealTermination(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		accountant_approved_by: DF.Link | None
		broken_by: DF.Literal["Buyer", "Seller", "Both", "Agency"]
		broken_on: DF.Date
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
	pass
