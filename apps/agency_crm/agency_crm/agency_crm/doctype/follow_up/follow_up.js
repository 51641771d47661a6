frappe.ui.form.on("Follow Up", {
	onload: (frm) => agency_crm.set_own_agent(frm, "agent"),
});
