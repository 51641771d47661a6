frappe.listview_settings["Listing"] = {
	add_fields: ["listing_type", "rent", "phase"],
	hide_name_column: true,
	onload(list) {
		if (frappe.model.can_create("Listing Import")) {
			list.page.add_menu_item(__("Import from a File"), () => frappe.new_doc("Listing Import"));
		}
	},
	formatters: {
		// one column for what is asked: a sale's price or a lease's rent
		asking_price: (value, df, doc) =>
			doc.listing_type === "Lease"
				? agency_crm.format_price(doc.rent, "Month")
				: agency_crm.format_price(value, "Wan"),
	},
};
