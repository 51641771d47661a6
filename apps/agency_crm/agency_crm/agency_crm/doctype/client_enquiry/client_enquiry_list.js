frappe.listview_settings["Client Enquiry"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator: agency_crm.queue.get_indicator,
};
