frappe.ui.form.on("Client Requirement", {
	// the budget is in 万元 to buy, in 元 a month to rent
	requirement_type(frm) {
		["budget_min", "budget_max"].forEach((field) => frm.refresh_field(field));
	},

	refresh(frm) {
		agency_crm.pick_wishes(frm);
		if (!frm.is_new()) {
			frm.add_custom_button(__("New Viewing"), () =>
				frappe.new_doc("Viewing", { client: frm.doc.client })
			);
			agency_crm.show_profile(frm);
			agency_crm.show_learned(frm);
			agency_crm.show_matches(frm);
		}
	},
});
