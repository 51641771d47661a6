frappe.ui.form.on("Client", {
	setup(frm) {
		const working = () => ({ filters: { status: ["!=", "Left"] } });
		["agent", "referred_by"].forEach((field) => frm.set_query(field, working));
		frm.set_query("agent", "collaborators", working);
	},

	onload: (frm) => agency_crm.set_own_agent(frm, "agent"),

	refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		frm.add_custom_button(__("Follow Up", null, "Follow Up"), () =>
			agency_crm.add_follow_up({ client: frm.doc.name }, () => frm.reload_doc())
		);
		agency_crm.add_reveal_buttons(frm);
		agency_crm.add_reveal_buttons(frm);
		frm.add_custom_button(__("New Requirement"), () =>
			frappe.new_doc("Client Requirement", { client: frm.doc.name })
		);
		frm.add_custom_button(__("New Viewing"), () =>
			frappe.new_doc("Viewing", { client: frm.doc.name })
		);
	},
});
