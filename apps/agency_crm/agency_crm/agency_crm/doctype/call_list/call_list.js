frappe.ui.form.on("Call List", {
	setup(frm) {
		frm.set_query("segment", () => ({ filters: { kind: "Rule", applies_to: "Client", enabled: 1 } }));
		frm.set_query("agent", "agents", () => ({ filters: { status: ["!=", "Left"] } }));
	},

	onload(frm) {
		const agent = frappe.boot.agency_crm?.agent;
		if (frm.is_new() && agent && !(frm.doc.agents || []).length) {
			frm.add_child("agents", { agent });
			frm.refresh_field("agents");
		}
	},

	refresh: (frm) => frm.is_new() || agency_crm.show_call_list(frm),
});
