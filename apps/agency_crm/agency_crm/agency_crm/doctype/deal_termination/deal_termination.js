frappe.ui.form.on("Deal Termination", {
	setup(frm) {
		frm.set_query("deal", () => ({ filters: { docstatus: 1, phase: "Live" } }));
	},

	refresh(frm) {
		if (frm.is_new() || frm.doc.executed_on || !frm.perm[0].write) {
			return;
		}
		frm.add_custom_button(__("Approve"), () =>
			frappe.confirm(__("Approve the termination of deal {0}?", [frm.doc.deal]), () =>
				frappe
					.xcall(
						"agency_crm.api.deals.approve_termination",
						{ termination: frm.doc.name },
						"POST"
					)
					.then(() => frm.reload_doc())
			)
		);
	},
});
