const COLOURS = { Suggested: "orange", Shown: "blue", Viewed: "green", Rejected: "gray" };

frappe.listview_settings["Match Pair"] = {
	add_fields: ["requirement", "status"],
	hide_name_column: true,
	get_indicator: ({ status }) => [__(status, null, "Match Pair"), COLOURS[status], `status,=,${status}`],
	// what to do with a pair is done on the requirement's form
	get_form_link: ({ requirement }) => frappe.utils.get_form_link("Client Requirement", requirement),
};
