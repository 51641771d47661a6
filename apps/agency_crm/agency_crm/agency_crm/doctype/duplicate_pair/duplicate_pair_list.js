frappe.listview_settings["Duplicate Pair"] = {
	filters: [["status", "=", "Open"]],
	hide_name_column: true,
	get_indicator: ({ status }) => {
		const colours = { Open: "orange", Merged: "green", Dismissed: "gray", Undone: "yellow" };
		return [__(status, null, "Duplicate Pair"), colours[status], `status,=,${status}`];
	},
};
