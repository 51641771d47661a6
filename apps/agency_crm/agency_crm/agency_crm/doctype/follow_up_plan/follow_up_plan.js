frappe.ui.form.on("Follow Up Plan", {
	setup: (frm) => frm.set_query("segment", () => ({ filters: { kind: "Rule", applies_to: "Client" } })),
});
