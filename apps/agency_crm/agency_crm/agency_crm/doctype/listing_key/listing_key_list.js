const COLOURS = { In: "green", Out: "blue", Overdue: "red", Lost: "darkgrey", Returned: "gray" };

frappe.listview_settings["Listing Key"] = {
	add_fields: ["status"],
	hide_name_column: true,
	onload: (list) =>
		list.page.add_menu_item(__("Overdue Keys"), () =>
			frappe.set_route("List", "Listing Key", { status: "Overdue" })
		),
	get_indicator: (doc) => [
		__(doc.status, null, "Listing Key"),
		COLOURS[doc.status],
		`status,=,${doc.status}`,
	],
};
