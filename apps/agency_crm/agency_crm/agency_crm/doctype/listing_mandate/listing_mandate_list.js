frappe.listview_settings["Listing Mandate"] = {
	hide_name_column: true,
	has_indicator_for_draft: true,
};
