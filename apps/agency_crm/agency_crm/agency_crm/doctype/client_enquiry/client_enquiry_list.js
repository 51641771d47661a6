frappe.listview_settings["Client Enquiry"] = {
	add_fields: ["status", "requirement_type", "budget_min"],
	hide_name_column: true,
	get_indicator: agency_crm.queue.get_indicator,
	formatters: {
		// one column for what is asked
		budget_max: (value, df, doc) => {
			const unit = doc.requirement_type === "Rent" ? "Month" : "Wan";
			const budget = agency_crm.format_price(value || doc.budget_min, unit);
			return `${__(doc.requirement_type, null, "Client Enquiry")} ${budget}`;
		},
	},
};
