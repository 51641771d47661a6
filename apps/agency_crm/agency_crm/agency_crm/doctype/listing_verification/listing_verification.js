frappe.ui.form.on("Listing Verification", {
	refresh(frm) {
		frm.set_df_property("evidence", "hidden", frm.is_new());
		frm.set_df_property("note", "hidden", frm.is_new());
		if (frm.is_new()) {
			return;
		}
		const open = ["Pending", "Submitted"].includes(frm.doc.result);
		if (!open) {
			frm.disable_form();
			return;
		}
		add_steps(frm);
	},
});

function add_steps(frm) {
	const add = (label, step, ask) =>
		agency_crm.add_step(
			frm,
			label,
			`agency_crm.api.listings.verification.${step}`,
			{ request: frm.doc.name },
			{ ask }
		);
	const manages = frappe.user.has_role(["Agency Store Manager", "Agency Administrator"]);
	if (frm.doc.result === "Pending" && frm.perm[0].write) {
		const button = add(__("Submit Evidence"), "submit");
		manages || button.addClass("btn-primary");
	}
	if (manages) {
		add(__("Approve", null, "Listing Verification"), "approve").addClass("btn-primary");
		add(__("Refuse", null, "Listing Verification"), "refuse", agency_crm.reason_field());
	}
	if (manages || frm.doc.requested_by === frappe.session.user) {
		add(__("Take Back", null, "Listing Verification"), "cancel", agency_crm.reason_field({ reqd: 0 }));
	}
}
