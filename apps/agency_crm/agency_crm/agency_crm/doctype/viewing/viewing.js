frappe.ui.form.on("Viewing", {
	setup(frm) {
		frm.set_query("listing", "stops", () => ({ filters: { phase: "Live" } }));
		const working = () => ({ filters: { status: "Active" } });
		frm.set_query("agent", working);
		frm.set_query("companions", working);
	},

	onload: (frm) => agency_crm.set_own_agent(frm, "agent"),

	refresh(frm) {
		agency_crm.say_dislikes(frm);
		agency_crm.fetch_titles("Listing", listings_of(frm)).then(() => frm.refresh_field("stops"));
		if (frm.is_new()) {
			return;
		}
		frm.add_custom_button(__("Print Confirmation"), () =>
			agency_crm.open_pdf(frm, "Viewing Confirmation")
		);
		if (["Live", "Closed"].includes(frm.doc.phase) && frm.perm[0].write) {
			frm.add_custom_button(__("Feedback", null, "Viewing Stop"), () =>
				agency_crm.give_feedback(frm).catch(() => {})
			);
		}
		const needs_key = (frm.doc.stops || []).some((stop) => stop.needs_key);
		if (needs_key && ["Draft", "Live"].includes(frm.doc.phase) && frm.perm[0].write) {
			const args = { viewing: frm.doc.name };
			agency_crm.add_step(
				frm,
				__("Borrow Keys"),
				"agency_crm.api.listings.keys.borrow_for_viewing",
				args
			);
		}
		if (["Live", "Closed"].includes(frm.doc.phase) && frappe.model.can_create("Deal")) {
			frm.add_custom_button(__("Open Deal"), () => open_deal(frm));
		}
		frm.add_custom_button(__("Follow Up", null, "Follow Up"), () =>
			agency_crm.add_follow_up({ client: frm.doc.client })
		);
	},

	// feedback just typed goes with the step
	before_workflow_action(frm) {
		const done = agency_crm.chosen_way(frm)?.next.update_value === "Closed";
		if (done && agency_crm.lacks_feedback(frm)) {
			frappe.dom.unfreeze();
			return agency_crm.give_feedback(frm);
		}
		return (
			agency_crm.reason_before_action(
				frm,
				"cancel_reason",
				(old, next) => next.update_value === "Dead"
			) ||
			(frm.is_dirty() && frm.save())
		);
	},
});

const listings_of = (frm) => (frm.doc.stops || []).map((stop) => stop.listing).filter(Boolean);

async function open_deal(frm) {
	const listings = listings_of(frm);
	if (listings.length === 1) {
		return make_deal(frm, listings[0]);
	}
	const titles = await agency_crm.fetch_titles("Listing", listings);
	const options = listings.map((value, index) => ({ value, label: `${value} ${titles[index]}` }));
	frappe.prompt(
		{
			fieldname: "listing",
			fieldtype: "Select",
			label: __("Listing"),
			options,
			default: listings[0],
			reqd: 1,
		},
		({ listing }) => make_deal(frm, listing),
		__("Which listing does the client take?"),
		__("Open Deal")
	);
}

const make_deal = (frm, listing) =>
	agency_crm.open_made("agency_crm.api.deals.sheet.make_deal_from_viewing", {
		viewing: frm.doc.name,
		listing,
	});
