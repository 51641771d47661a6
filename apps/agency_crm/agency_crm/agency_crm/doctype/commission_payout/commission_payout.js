frappe.ui.form.on("Commission Payout", {
	setup(frm) {
		// rows are what is open for each payee: saving collects them
		for (const table of ["rows", "left_out"]) {
			frm.set_df_property(table, "cannot_add_rows", true);
			frm.set_df_property(table, "cannot_delete_rows", true);
		}
		frm.set_query("bank_account", () => ({
			filters: {
				company: frm.doc.company,
				account_type: ["in", ["Bank", "Cash"]],
				is_group: 0,
			},
		}));
	},

	refresh(frm) {
		if (frm.is_new()) {
			frm.set_intro(__("Save to collect what is open for each payee up to the day."));
		}
	},
});
