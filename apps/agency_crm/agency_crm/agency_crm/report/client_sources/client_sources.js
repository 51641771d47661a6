frappe.query_reports["Client Sources"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "store", label: __("Store"), fieldtype: "Link", options: "Store" },
		{ fieldname: "agent", label: __("Agent"), fieldtype: "Link", options: "Agent" },
	],
};
