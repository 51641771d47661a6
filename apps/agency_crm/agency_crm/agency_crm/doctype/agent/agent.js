frappe.ui.form.on("Agent", {
	refresh(frm) {
		if (!frm.is_new() && frappe.model.can_create("Client Handover")) {
			frm.add_custom_button(__("Hand Over Clients"), () =>
				frappe.new_doc("Client Handover", { from_agent: frm.doc.name })
			);
		}
	},
});
