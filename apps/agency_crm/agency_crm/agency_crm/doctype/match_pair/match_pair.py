import frappe

from agency_crm.framework.system_fields import ShippedDocument


class MatchPair(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		client: DF.Link
		client_name: DF.Data | None
		listing: DF.Link
		pair_key: DF.Data | None
		reasons: DF.JSON | None
		reject_reason: DF.SmallText | None
		rejected_on: DF.Datetime | None
		requirement: DF.Link
		score: DF.Float
		shown_on: DF.Datetime | None
		status: DF.Literal["Suggested", "Shown", "Viewed", "Rejected"]
		to_tell: DF.Data | None
		told_on: DF.Datetime | None
		told_to: DF.Link | None
		viewed_on: DF.Datetime | None
		viewing: DF.Link | None
	# end: auto-generated types
	pass


def on_doctype_update():
	"""What stays away from a requirement or a listing, what was told of whom."""
	frappe.db.add_index("Match Pair", ["requirement", "status"])
	frappe.db.add_index("Match Pair", ["listing", "status"])
	frappe.db.add_index("Match Pair", ["told_to", "told_on"])
