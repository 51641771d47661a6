frappe.ui.form.on("Listing", {
	setup(frm) {
		const working = () => ({ filters: { status: ["!=", "Left"] } });
		frm.set_query("maintainer", working);
		frm.set_query("agent", "roles", working);
		frm.set_query("tags", () => ({ filters: { kind: "Free", enabled: 1 } }));
	},

	onload: (frm) => agency_crm.set_own_agent(frm, "maintainer"),

	after_save: (frm) =>
		frm.doc.property &&
		agency_crm.fetch_titles("Property", [frm.doc.property]).then(() => frm.refresh_field("property")),

	refresh(frm) {
		agency_crm.suggest_address(frm);
		agency_crm.show_past(frm);
		agency_crm.pick_orientation(frm);
		agency_crm.mark_required(frm);
		agency_crm.show_title(frm);
		agency_crm.show_media(frm);
		agency_crm.show_grade(frm);
		agency_crm.keep_prices(frm);
		if (frm.is_new()) {
			return;
		}
		agency_crm.show_changes(frm);
		agency_crm.show_matching_clients(frm);
		frm.add_custom_button(__("Follow Up", null, "Follow Up"), () =>
			agency_crm.add_follow_up({ listing: frm.doc.name }, () => frm.reload_doc())
		);
		agency_crm.add_reveal_buttons(frm);
		agency_crm.add_mandate_buttons(frm);
		agency_crm.add_role_buttons(frm);
		frm.add_custom_button(__("Listing Sheet"), () => agency_crm.open_pdf(frm, "Listing Sheet"));
		if (frm.doc.phase === "Live" && frappe.model.can_create("Viewing")) {
			frm.add_custom_button(__("New Viewing"), () =>
				agency_crm.new_with_rows("Viewing", {}, "stops", [{ listing: frm.doc.name }])
			);
		}
	},

	listing_type: (frm) => agency_crm.mark_required(frm),
	orientation: (frm) => agency_crm.pick_orientation(frm),
	held_since: (frm) => agency_crm.show_title(frm),

	estate: (frm) => agency_crm.change_address(frm),
	building_no: (frm) => agency_crm.change_address(frm),
	unit_no: (frm) => agency_crm.change_address(frm),
	room_no: (frm) => agency_crm.show_past(frm),

	before_save: (frm) => agency_crm.ask_price_reason(frm),

	// taken off the market or sent back: the reason is part of the step
	before_workflow_action(frm) {
		return agency_crm.reason_before_action(
			frm,
			"status_reason",
			(old, next) =>
				next.update_value === "Dead" ||
				(next.update_value === "Draft" && old.update_value === "Draft" && next.idx < old.idx)
		);
	},
});
