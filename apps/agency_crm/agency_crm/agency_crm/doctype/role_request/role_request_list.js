const COLOURS = { Open: "orange", Approved: "green", Refused: "red", Withdrawn: "gray" };

frappe.listview_settings["Role Request"] = {
	add_fields: ["status"],
	hide_name_column: true,
	formatters: { role: (value) => __(value, null, "Role Request") },
	get_indicator: (doc) => [
		__(doc.status, null, "Role Request"),
		COLOURS[doc.status],
		`status,=,${doc.status}`,
	],
};
