const COLOURS = {
	Pending: "orange",
	Submitted: "blue",
	Approved: "green",
	Refused: "red",
	Cancelled: "gray",
};

frappe.listview_settings["Listing Verification"] = {
	add_fields: ["result"],
	hide_name_column: true,
	formatters: { kind: (value) => __(value, null, "Listing Verification") },
	get_indicator: (doc) => [
		__(doc.result, null, "Listing Verification"),
		COLOURS[doc.result],
		`result,=,${doc.result}`,
	],
};
