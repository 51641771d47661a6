from frappe.model.document import Document


class DealFee(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		basis: DF.Literal["Percent of Price", "Months of Rent", "Amount"]
		client_consent: DF.Check
		commissionable: DF.Check
		deal: DF.Link
		discount: DF.Currency
		discount_approved_by: DF.Link | None
		due_on: DF.Date | None
		due_step: DF.Data | None
		fee_type: DF.Literal["Brokerage", "Loan Service", "Transfer Service", "Other Service", "Pass-through"]
		invoiced: DF.Currency
		payer: DF.Link
		payer_kind: DF.Literal["Client", "Company", "Developer"]
		payer_name: DF.Data | None
		rate: DF.Float
		sales_invoice: DF.Link | None
		side: DF.Literal["Buyer", "Seller"]
		vat_included: DF.Check
	# end: auto-generated types
	pass
