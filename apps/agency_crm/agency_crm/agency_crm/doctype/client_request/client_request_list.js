const COLOURS = { Open: "orange", Approved: "green", Refused: "red", Withdrawn: "gray" };

frappe.listview_settings["Client Request"] = {
	get_indicator: (doc) => [
		__(doc.status, null, "Client Request"),
		COLOURS[doc.status],
		`status,=,${doc.status}`,
	],
};
