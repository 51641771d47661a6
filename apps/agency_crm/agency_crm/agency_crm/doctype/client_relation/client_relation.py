from agency_crm.framework.system_fields import ShippedDocument


class ClientRelation(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		client: DF.Link | None
		note: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		person_name: DF.Data | None
		relation: DF.Literal[
			"Spouse",
			"Parent",
			"Child",
			"Sibling",
			"Relative",
			"Friend",
			"Contact Person",
			"Agent of",
			"Company of",
			"Other",
		]
	# end: auto-generated types
	pass
