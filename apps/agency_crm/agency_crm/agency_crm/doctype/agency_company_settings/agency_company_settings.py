from agency_crm.framework.system_fields import ShippedDocument


class AgencyCompanySettings(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		advances: DF.Link
		bad_debt_allowance: DF.Link | None
		bank_charges: DF.Link
		commission_cost: DF.Link
		company: DF.Link
		cut_off_day: DF.Int
		default_bank: DF.Link
		deferred_vat: DF.Link
		deposits: DF.Link
		effective_from: DF.Date
		fee_item: DF.Link
		forfeited: DF.Link
		frozen_upto: DF.Date | None
		income_lease: DF.Link
		income_sale: DF.Link
		income_service: DF.Link
		inter_company: DF.Link | None
		other_deductions: DF.Link
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		pass_through: DF.Link
		payable_employees: DF.Link
		payable_suppliers: DF.Link
		receivable: DF.Link
		retention: DF.Link
		tax_withheld: DF.Link
		taxpayer_type: DF.Literal["General", "Small-scale"]
		vat_template: DF.Link
		write_off: DF.Link
	# end: auto-generated types
	pass
