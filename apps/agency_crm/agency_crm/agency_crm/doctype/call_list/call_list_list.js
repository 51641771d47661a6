frappe.listview_settings["Call List"] = {
	hide_name_column: true,
	get_indicator: (doc) => [
		__(doc.status, null, "Call List"),
		doc.status === "Ready" ? "green" : "blue",
		`status,=,${doc.status}`,
	],
};
