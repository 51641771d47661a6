frappe.ui.form.on("Role Request", {
	setup: (frm) => frm.set_query("agent", () => ({ filters: { status: "Active" } })),

	onload: (frm) => agency_crm.set_own_agent(frm, "agent"),

	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Open") {
			return;
		}
		const add = (label, step, ask) =>
			agency_crm.add_step(
				frm,
				label,
				`agency_crm.api.roles.${step}`,
				{ request: frm.doc.name },
				{ ask }
			);
		const reason = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };
		const own = frappe.boot.agency_crm?.agent === frm.doc.agent;
		if (frappe.user.has_role(["Agency Store Manager", "Agency Administrator"]) && !own) {
			add(__("Approve", null, "Role Request"), "approve").addClass("btn-primary");
			add(__("Refuse", null, "Role Request"), "refuse", reason);
		}
		if (own || frm.doc.owner === frappe.session.user) {
			add(__("Take Back", null, "Role Request"), "withdraw");
		}
	},
});
