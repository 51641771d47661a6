frappe.listview_settings["Client Requirement"] = {
	add_fields: ["requirement_type", "budget_min"],
	hide_name_column: true,
	get_indicator: (doc) => [
		__(doc.status, null, "Client Requirement"),
		{ Open: "blue", Met: "green" }[doc.status] || "gray",
		`status,=,${doc.status}`,
	],
	formatters: {
		match_best: (value) => (value ? format_number(value, null, 0) : ""),
		// one column for the range, in the unit of what is looked for
		budget_max: (value, df, doc) => agency_crm.format_budget(doc),
	},
};
