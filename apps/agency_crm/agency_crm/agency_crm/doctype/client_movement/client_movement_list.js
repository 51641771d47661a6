frappe.listview_settings["Client Movement"] = { hide_name_column: true };
