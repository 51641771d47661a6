frappe.ui.form.on("Commission Accrual", {
	refresh(frm) {
		const may = frappe.user.has_role(["Agency Accountant", "Agency Administrator"]);
		if (frm.doc.status !== "Held" || !may) return;
		frm.add_custom_button(__("Compare Again"), () =>
			frappe
				.xcall("agency_crm.api.commission.statements.compare_again", { accrual: frm.doc.name })
				.then(() => frm.reload_doc())
		);
	},
});
