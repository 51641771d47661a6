frappe.ui.form.on("Follow Up Task", {
	refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		agency_crm.add_task_buttons(frm);
		if (frm.doc.call_list) {
			frappe.db.get_value("Call List", frm.doc.call_list, "script").then(({ message }) => {
				const script = message?.script && `<div>${frappe.utils.escape_html(message.script)}</div>`;
				frm.set_intro(script, "blue"); // newer Frappe shows what has no tag as it is
			});
		}
	},
});
