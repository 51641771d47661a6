frappe.listview_settings["Follow Up Task"] = {
	add_fields: ["client", "status", "due_on", "method"],
	hide_name_column: true,
	hide_name_filter: true,
	filters: [["status", "=", "Open"]],
	get_indicator: (doc) => agency_crm.task_indicator(doc),
	button: {
		show: (doc) => doc.status === "Open",
		get_label: () => __("Follow Up", null, "Follow Up"),
		get_description: (doc) => __("Write what was said to {0}", [doc.client_name]),
		action: (doc) => agency_crm.do_task(doc, () => cur_list.refresh()),
	},
};
