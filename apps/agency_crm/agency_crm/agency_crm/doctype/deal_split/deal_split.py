from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.commission import splits
from agency_crm.services.office import approvals


class DealSplit(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		accrued: DF.Currency
		agent: DF.Link | None
		confirmed_on: DF.Datetime | None
		covered_splits: DF.SmallText | None
		deal: DF.Link
		kind: DF.Literal["Split", "Override"]
		no_commission: DF.Check
		paid: DF.Currency
		payee_type: DF.Literal["Agent", "Supplier"]
		percent: DF.Percent
		performance: DF.Currency
		rate: DF.Percent
		realised: DF.Currency
		role: DF.Literal[
			"Entry",
			"Maintainer",
			"Survey",
			"Mandate",
			"Key",
			"Referral",
			"First Viewing",
			"Closing",
			"Finance",
			"Manager Override",
		]
		sequence: DF.Int
		store: DF.Link | None
		supplier: DF.Link | None
	# end: auto-generated types

	def validate(self):
		approvals.check_row(self)
		splits.fill_split(self)
		splits.check_row(self)
		splits.check_total(self)

	def on_trash(self):
		approvals.check_row(self)
