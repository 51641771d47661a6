frappe.listview_settings["Viewing"] = {
	add_fields: ["phase"],
	hide_name_column: true,
};
