frappe.listview_settings["Key Movement"] = {
	hide_name_column: true,
	formatters: { action: (value) => __(value, null, "Key Movement") },
};
