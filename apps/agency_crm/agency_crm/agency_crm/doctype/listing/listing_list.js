frappe.listview_settings["Listing"] = {
	add_fields: [
		"listing_type",
		"rent",
		"unit_price",
		"orientation",
		"territory",
		"total_floors",
		"floor_band",
		"listed_on",
		"phase",
	],
	hide_name_column: true,
	hide_name_filter: true,
	onload(list) {
		if (frappe.model.can_create("Listing Import")) {
			list.page.add_menu_item(__("Import from a File"), () => frappe.new_doc("Listing Import"));
		}
	},
	formatters: {
		// one column for what is asked: a sale's price or a lease's rent
		asking_price: (value, df, doc) => agency_crm.listing.asked_price(doc),
		floor: (value, df, doc) => agency_crm.listing.floor_of(doc),
		tag_names: (value, df, doc) => agency_crm.listing.tag_pills(doc),
		last_follow_up_on: (value) => agency_crm.listing.days_ago(value),
	},
};
