frappe.ui.form.on("Role Request", {
	setup: (frm) => frm.set_query("agent", () => ({ filters: { status: "Active" } })),

	onload: (frm) => agency_crm.set_own_agent(frm, "agent"),

	refresh: (frm) => agency_crm.add_decisions(frm, "agency_crm.api.listings.roles", frm.doc.agent, []),
});
