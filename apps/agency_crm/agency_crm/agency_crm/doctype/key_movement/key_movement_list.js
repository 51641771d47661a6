frappe.listview_settings["Key Movement"] = { hide_name_column: true };
