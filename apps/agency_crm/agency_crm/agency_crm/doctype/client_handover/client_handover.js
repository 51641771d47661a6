frappe.ui.form.on("Client Handover", {
	setup(frm) {
		frm.set_query("agent", "to_agents", () => ({
			filters: { status: "Active", name: ["!=", frm.doc.from_agent || ""] },
		}));
		frm.set_query("to_agent", "rows", () => ({
			filters: { name: ["in", (frm.doc.to_agents || []).map((row) => row.agent)] },
		}));
	},

	refresh(frm) {
		const { doc } = frm;
		frm.set_df_property("rows", "cannot_add_rows", true);
		frm.set_df_property("rows", "cannot_delete_rows", true);
		if (frm.is_new()) {
			return;
		}
		frm.add_custom_button(__("List to Sign"), () => agency_crm.open_pdf(frm, "Client Handover List"));
		if (doc.status === "Draft") {
			frm.add_custom_button(__("Hand Over"), () => confirm_start(frm)).addClass("btn-primary");
			return;
		}
		frm.disable_save();
		const done = doc.rows.filter((row) => row.outcome).length;
		frm.dashboard.set_headline(
			doc.status === "Done"
				? __("Handed over")
				: __("{0} of {1} are handed over; the rest follows in the background", [
						done,
						doc.rows.length,
					])
		);
	},
});

async function confirm_start(frm) {
	if (frm.is_dirty()) {
		await frm.save();
	}
	frappe.confirm(
		__("Hand over {0} records? This can't be undone in one step.", [frm.doc.rows.length]),
		() =>
			frappe
				.xcall("agency_crm.api.pools.handovers.start", { handover: frm.doc.name }, "POST")
				.then(() => frm.reload_doc())
	);
}
