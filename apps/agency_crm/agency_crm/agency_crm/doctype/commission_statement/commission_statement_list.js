frappe.listview_settings["Commission Statement"] = {
	onload(list) {
		if (!frappe.model.can_create("Commission Statement")) return;
		list.page.add_inner_button(__("Statements of a Month"), () => {
			const fields = [
				{
					fieldname: "company",
					label: __("Company"),
					fieldtype: "Link",
					options: "Company",
					default: frappe.defaults.get_user_default("Company"),
					reqd: 1,
				},
				{
					fieldname: "month",
					label: __("Month"),
					fieldtype: "Date",
					default: frappe.datetime.month_start(),
					description: __("Any day of the month."),
					reqd: 1,
				},
			];
			frappe.prompt(
				fields,
				(values) =>
					frappe
						.xcall("agency_crm.api.commission.statements.make_statements", values)
						.then((count) => {
							frappe.show_alert(__("{0} statements are up to date.", [count]));
							list.refresh();
						}),
				__("Statements of a Month")
			);
		});
	},
};
