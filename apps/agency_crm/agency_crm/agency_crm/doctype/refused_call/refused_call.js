frappe.ui.form.on("Refused Call", {
	refresh(frm) {
		const label = frm.doc.is_open ? __("Close for This Role") : __("Open for This Role");
		frm.add_custom_button(label, async () => {
			await frm.set_value("is_open", frm.doc.is_open ? 0 : 1);
			frm.save();
		});
	},
});
