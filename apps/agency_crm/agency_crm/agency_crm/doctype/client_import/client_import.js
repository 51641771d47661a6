const clients = {
	made: "Client",
	made_label: __("Imported Clients"),
	counts: [
		[__("Rows"), "rows_total"],
		[__("New Clients"), "rows_created"],
		[__("New Requirements"), "requirements_created"],
		[__("Added to Known Clients"), "rows_known"],
		[__("Rejected"), "rows_rejected"],
	],
	first: (row) => [
		[__("Row"), row.row],
		[__("Client Name"), row.client_name],
		[__("Phones"), row.phones],
		[__("Agent"), row.agent],
		[
			__("Requirement Type"),
			row.requirement_type && __(row.requirement_type, null, "Client Requirement"),
		],
		[__("Budget"), agency_crm.format_budget(row)],
		[__("Circles and Estates"), row.places],
	],
	/** Ask what each column means; the answer is kept in the import. */
	ask(frm, found) {
		agency_crm.imports.ask_columns(frm, {
			found,
			child: "Client Import Column",
			fields: [],
			async keep(_answers, columns) {
				frm.clear_table("columns");
				columns.forEach((row) => frm.add_child("columns", row));
				frm.dirty();
				await frm.save();
			},
		});
	},
};

frappe.ui.form.on("Client Import", agency_crm.imports.of_kind(clients));
frappe.ui.form.on("Client Import", {
	setup(frm) {
		frm.set_query("agent", () => ({ filters: { status: ["!=", "Left"] } }));
	},
});
