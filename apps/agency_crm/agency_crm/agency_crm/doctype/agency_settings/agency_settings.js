frappe.ui.form.on("Agency Settings", {
	refresh: (frm) => agency_crm.offer_required_fields(frm),
});
