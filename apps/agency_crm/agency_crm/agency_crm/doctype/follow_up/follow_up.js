frappe.ui.form.on("Follow Up", {
	setup: (frm) => frm.set_query("task", () => ({ filters: { client: frm.doc.client, status: "Open" } })),

	onload: (frm) => agency_crm.set_own_agent(frm, "agent"),
});
