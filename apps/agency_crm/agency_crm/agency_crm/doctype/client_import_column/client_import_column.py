from agency_crm.framework.system_fields import ShippedDocument


class ClientImportColumn(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		column_name: DF.Data
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		pattern: DF.Data | None
		target: DF.Literal[
			"client_name",
			"phone",
			"client_type",
			"gender",
			"birthday",
			"roles",
			"level",
			"source",
			"wechat",
			"purpose",
			"payment_way",
			"occupation",
			"agent",
			"store",
			"tags",
			"requirement_type",
			"budget",
			"budget_min",
			"budget_max",
			"bedrooms",
			"area",
			"area_min",
			"area_max",
			"places",
			"estates",
			"needs_metro",
			"needs_school",
			"needs_elevator",
			"urgency",
			"remarks",
			"pattern",
			"ignore",
		]
	# end: auto-generated types
	pass
