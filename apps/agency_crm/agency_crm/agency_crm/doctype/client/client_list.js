const COLOURS = { A: "red", B: "orange", C: "blue", D: "gray" };

frappe.listview_settings["Client"] = {
	add_fields: ["level", "stage", "pool"],
	hide_name_column: true,
	onload(list) {
		agency_crm.offer_call_list(list);
		if (frappe.model.can_create("Client Import")) {
			list.page.add_menu_item(__("Import from a File"), () => frappe.new_doc("Client Import"));
		}
	},
	button: agency_crm.claim_button,
	formatters: { tag_names: (value, df, doc) => agency_crm.listing.tag_pills(doc) },
	get_indicator: (doc) => [
		__(doc.stage, null, "Client"),
		COLOURS[doc.level] || "gray",
		`stage,=,${doc.stage}`,
	],
};
