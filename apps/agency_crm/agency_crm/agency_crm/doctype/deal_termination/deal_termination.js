frappe.ui.form.on("Deal Termination", {
	setup(frm) {
		frm.set_query("deal", () => ({ filters: { docstatus: 1, phase: "Live" } }));
	},

	refresh(frm) {
		const amount = format_number(frm.doc.refund_to_pay, null, 2);
		if (frm.doc.refund_to_pay && frm.doc.refund_due_on) {
			const day = frappe.datetime.str_to_user(frm.doc.refund_due_on);
			frm.set_intro(__("Pay back {0} by {1}.", [amount, day]), "orange");
		}
		if (frm.is_new() || frm.doc.executed_on || !frm.perm[0].write) {
			return;
		}
		const step = (method) =>
			frappe
				.xcall(`agency_crm.api.deals.sheet.${method}`, { termination: frm.doc.name }, "POST")
				.then(() => frm.reload_doc());
		if (frm.doc.__onload?.may_approve) {
			const question = __("Approve the termination of deal {0}? {1} is to be paid back.", [
				frm.doc.deal,
				amount,
			]);
			frm.add_custom_button(__("Approve"), () =>
				frappe.confirm(question, () => step("approve_termination"))
			);
		}
		if (frm.doc.manager_approved_by || frm.doc.accountant_approved_by) {
			frm.add_custom_button(__("Take Back Approvals"), () => step("take_back_termination_approvals"));
		}
	},
});
