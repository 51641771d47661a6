frappe.ui.form.on("Listing Mandate", {
	setup(frm) {
		frm.set_query("agent", () => ({ filters: { status: ["!=", "Left"] } }));
		frm.set_query("signed_by", () => ({ filters: { name: ["in", frm.owners || []] } }));
	},

	onload: (frm) => agency_crm.set_own_agent(frm, "agent"),

	refresh(frm) {
		frm.trigger("listing");
		frm.trigger("fee_basis");
		if (frm.is_new()) {
			return;
		}
		frm.add_custom_button(__("Print Agreement"), () => agency_crm.open_pdf(frm, "Mandate Agreement"));
		add_steps(frm);
	},

	async listing(frm) {
		if (!frm.doc.listing) {
			return;
		}
		const listing = await frappe.db.get_doc("Listing", frm.doc.listing);
		frm.owners = listing.owners.map((row) => row.client);
	},

	fee_basis(frm) {
		const units = {
			"Percent of Price": __("Fee (% of the price)"),
			"Months of Rent": __("Fee (months of rent)"),
			Amount: __("Fee (CNY)"),
		};
		frm.set_df_property("fee", "label", units[frm.doc.fee_basis]);
	},
});

function add_steps(frm) {
	const { status } = frm.doc;
	if (status !== "Draft") {
		frm.disable_form();
	} else if (frm.perm[0].write) {
		add_step(frm, __("Submit for Approval"), "submit_mandate").addClass("btn-primary");
	}
	if (!frappe.user.has_role(["Agency Store Manager", "Agency Administrator"])) {
		return;
	}
	if (status === "Submitted") {
		add_step(frm, __("Approve", null, "Listing Mandate"), "approve_mandate").addClass("btn-primary");
		add_step(frm, __("Refuse", null, "Listing Mandate"), "refuse_mandate", agency_crm.reason_field());
	} else if (["Approved", "Active"].includes(status)) {
		add_step(frm, __("End Mandate"), "end_mandate", agency_crm.reason_field());
	}
}

function add_step(frm, label, method, ask) {
	const api = `agency_crm.api.listings.mandates.${method}`;
	return agency_crm.add_step(frm, label, api, { mandate: frm.doc.name }, { ask });
}
