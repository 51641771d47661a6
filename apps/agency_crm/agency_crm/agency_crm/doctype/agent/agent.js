frappe.ui.form.on("Agent", {
	refresh(frm) {
		if (!frm.is_new() && frappe.model.can_create("Client Handover")) {
			frm.add_custom_button(__("Hand Over Clients"), () =>
				frappe.new_doc("Client Handover", { from_agent: frm.doc.name })
			);
		}
		if (!frm.is_new() && (frm.perm[0].write || frm.doc.name === frappe.boot.agency_crm?.agent)) {
			agency_crm.add_referral_link(frm);
		}
	},
});
