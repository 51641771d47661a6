frappe.ui.form.on("Client Request", {
	setup: (frm) => frm.set_query("to_agent", () => ({ filters: { status: "Active" } })),

	refresh(frm) {
		const { to_agent, from_agent } = frm.doc;
		agency_crm.add_decisions(frm, "agency_crm.api.pools.requests", to_agent, [from_agent]);
	},
});
