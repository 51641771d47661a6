from agency_crm.framework.system_fields import ShippedDocument


class AgencyTagCondition(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		fact: DF.Literal[
			"Listing Type",
			"Property Type",
			"Asking Price (10,000 CNY)",
			"Monthly Rent (CNY)",
			"Unit Price (CNY/m\u00b2)",
			"Gross Area (m\u00b2)",
			"Bedrooms",
			"Floor Band",
			"Decoration",
			"Elevator",
			"Year Built",
			"Holding Years",
			"Only Family Home",
			"Only Family Home Verified",
			"Mortgaged",
			"Leased",
			"Metro Distance (m)",
			"School District",
			"Urgent Sale",
			"Mandate Type",
			"Key",
			"Verified",
			"Surveyed",
			"Photos",
			"Video",
			"VR",
			"Days on the Market",
			"Days Without Follow-up",
			"Days Since the Price Fell",
			"Stage",
			"Level",
			"Pool",
			"Role",
			"Client Type",
			"Source",
			"Purpose",
			"Way of Paying",
			"Eligibility",
			"Consent Given",
			"Has an Agent",
			"Has Children",
			"Household Size",
			"Homes Owned Here",
			"Birthday Month",
			"Days to the Birthday",
			"Requirement Type",
			"Urgency",
			"Budget (10,000 CNY)",
			"Rent Budget (CNY)",
			"Wanted Bedrooms",
			"Wanted Place",
			"School Wanted",
			"Metro Wanted",
			"Viewings",
			"Highest Interest",
			"Looked-at Price (10,000 CNY)",
			"Looked-at Rent (CNY)",
			"Looked-at Area (m\u00b2)",
			"Days Since Entry",
			"Days Since the Last Effective Act",
			"Days Since the Last Viewing",
		]
		operator: DF.Literal["Is", "Is Not", "One Of", "At Least", "At Most"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		value: DF.Autocomplete
	# end: auto-generated types
	pass
