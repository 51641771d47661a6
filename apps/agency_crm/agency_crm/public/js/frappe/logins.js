// An account that was tried too often is let in again by its form.
frappe.ui.form.on("User", {
	refresh(frm) {
		if (frm.is_new() || !frappe.user.has_role("System Manager")) return;
		frm.add_custom_button(
			__("Let In Again"),
			() =>
				frappe
					.call("agency_crm.api.frappe.logins.release", { user: frm.doc.name })
					.then(() =>
						frappe.show_alert(__("{0} logs in with the password alone again", [frm.doc.name]))
					),
			__("Password")
		);
	},
});
