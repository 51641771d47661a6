frappe.views.calendar["Viewing"] = {
	field_map: {
		start: "scheduled_start",
		end: "scheduled_end",
		id: "name",
		title: "client_name",
		status: "status",
	},
	filters: [
		{ fieldtype: "Link", fieldname: "agent", options: "Agent", label: __("Agent", null, "Viewing") },
	],
	get_events_method: "frappe.desk.calendar.get_events",
	options: { locale: frappe.boot.lang === "zh" ? "zh-cn" : frappe.boot.lang }, // the calendar's name for Chinese
};
