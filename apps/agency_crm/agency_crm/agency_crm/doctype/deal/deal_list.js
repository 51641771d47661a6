const COLOURS = {
	Draft: "gray",
	Held: "orange",
	Live: "blue",
	Closing: "red",
	Closed: "green",
	Dead: "darkgrey",
};

frappe.listview_settings["Deal"] = {
	add_fields: ["phase", "status"],
	has_indicator_for_draft: 1,
	hide_name_column: true,
	get_indicator: (doc) => [__(doc.status, null, "Deal"), COLOURS[doc.phase], `status,=,${doc.status}`],
};
