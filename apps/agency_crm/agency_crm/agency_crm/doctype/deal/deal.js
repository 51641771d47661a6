frappe.ui.form.on("Deal", {
	setup(frm) {
		frm.set_query("listing", () => ({ filters: { phase: ["in", ["Live", "Held", "Closing"]] } }));
		frm.set_query("agent", () => ({ filters: { status: "Active" } }));
		frm.set_query("co_agents", () => ({ filters: { status: "Active" } }));
		frm.set_query("split_template", () => ({
			filters: { deal_type: frm.doc.deal_type, disabled: 0 },
		}));
	},

	refresh(frm) {
		frm.fields_dict.fees_html.$wrapper.empty();
		frm.fields_dict.splits_html.$wrapper.empty();
		if (frm.is_new()) {
			frm.set_intro(__("Save the deal first, then add the fee of each side."), "blue");
			return;
		}
		return agency_crm.show_deal_sheet(frm);
	},

	before_workflow_action(frm) {
		return agency_crm.reason_before_action(
			frm,
			"void_reason",
			(_old, next) => next.update_value === "Dead" && frm.doc.docstatus === 0
		);
	},
});
