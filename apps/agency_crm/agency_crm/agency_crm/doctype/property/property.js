frappe.ui.form.on("Property", {
	refresh: (frm) => agency_crm.show_property_history(frm),
});
