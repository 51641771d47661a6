const listings = {
	made: "Listing",
	made_label: __("Imported Listings"),
	counts: [
		[__("Rows"), "rows_total"],
		[__("New Listings"), "rows_created"],
		[__("Already There"), "rows_known"],
		[__("Rejected"), "rows_rejected"],
		[__("Look Alike"), "rows_alike"],
		[__("Estates the dictionary lacks"), "estates_created"],
	],
	first: (row) => [
		[__("Row"), row.row],
		[__("Estate"), row.estate],
		[__("Business Circle"), row.place],
		[__("Listing Type"), row.listing_type],
		[__("Bedrooms"), row.bedrooms],
		[__("Gross Area (m²)"), row.gross_area],
		[__("Floor"), row.floor],
		[__("Price"), agency_crm.format_price(row.price, row.lease ? "Month" : "Wan")],
	],
	ask: ask_mapping,
};

/** Ask what each column means; the answer is kept as a mapping. */
function ask_mapping(frm, found) {
	agency_crm.imports.ask_columns(frm, {
		found,
		child: "Listing Import Column",
		fields: [
			{
				fieldname: "mapping_name",
				fieldtype: "Data",
				label: __("Keep As"),
				default: found.mapping_name,
				reqd: 1,
				description: __("The next file of the same kind is read with it."),
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "source_channel",
				fieldtype: "Data",
				label: __("Source", null, "Listing Import Mapping"),
				default: found.mapping_name,
				reqd: 1,
				description: __("Two files of one source never make one listing twice."),
			},
			{
				fieldname: "listing_type",
				fieldtype: "Select",
				label: __("Listing Type"),
				options: ["Sale", "Lease"].map((value) => ({ value, label: __(value, null, "Listing") })),
				default: found.columns.some(({ target }) => target === "rent") ? "Lease" : "Sale",
			},
		],
		async keep({ mapping_name, source_channel, listing_type }, columns) {
			const values = { mapping_name, source_channel, listing_type, columns };
			const mapping = await frappe.xcall("agency_crm.api.importing.imports.keep_mapping", {
				mapping: values,
			});
			await frm.set_value("mapping", mapping);
			await frm.save();
		},
	});
}

frappe.ui.form.on("Listing Import", agency_crm.imports.of_kind(listings));
frappe.ui.form.on("Listing Import", {
	setup(frm) {
		frm.set_query("maintainer", () => ({ filters: { status: ["!=", "Left"] } }));
	},

	// a file that isn't a portal's is asked about as soon as it is there
	async after_save(frm) {
		if (frm.doc.mapping || frm.asked_about === frm.doc.file) {
			return;
		}
		frm.asked_about = frm.doc.file;
		const asked = { doctype: frm.doctype, name: frm.doc.name };
		const found = await frappe.xcall("agency_crm.api.importing.imports.suggest_columns", asked);
		if (!found.is_portal) {
			ask_mapping(frm, found);
		}
	},
});
