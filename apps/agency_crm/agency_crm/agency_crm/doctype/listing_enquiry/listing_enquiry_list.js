frappe.listview_settings["Listing Enquiry"] = {
	add_fields: ["status", "listing_type", "rent"],
	hide_name_column: true,
	get_indicator: agency_crm.queue.get_indicator,
	formatters: {
		// one column for what is asked, as in the list of listings
		asking_price: (value, df, doc) =>
			doc.listing_type === "Lease"
				? agency_crm.format_price(doc.rent, "Month")
				: agency_crm.format_price(value, "Wan"),
	},
};
