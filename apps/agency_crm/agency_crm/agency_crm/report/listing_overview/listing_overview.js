frappe.query_reports["Listing Overview"] = {
	filters: [
		{ fieldname: "store", label: __("Store"), fieldtype: "Link", options: "Store" },
		{
			fieldname: "listing_type",
			label: __("Listing Type", null, "Listing"),
			fieldtype: "Select",
			options: [
				"",
				...["Sale", "Lease"].map((value) => ({ value, label: __(value, null, "Listing") })),
			],
		},
		{
			fieldname: "territory",
			label: __("Business Circle", null, "Listing"),
			fieldtype: "Link",
			options: "Territory",
		},
		{
			fieldname: "from_date",
			label: __("New From"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.get_today(), -7),
		},
		{ fieldname: "to_date", label: __("New Until"), fieldtype: "Date" },
	],
};
