frappe.ui.form.on("Listing Enquiry", {
	setup(frm) {
		frm.set_query("store", () => ({ filters: { is_group: 0 } }));
	},

	refresh(frm) {
		show_photos(frm);
		frm.set_df_property("photos", "cannot_add_rows", true);
		frm.set_df_property("photos", "cannot_delete_rows", true);
		if (agency_crm.queue.refresh(frm, [__("Convert to Listing"), () => convert(frm)])) {
			show_hints(frm);
		}
	},
});

const get_hints = (frm) =>
	frappe.xcall("agency_crm.api.intake.listing_enquiries.hints", { enquiry: frm.doc.name });

function show_photos(frm) {
	const pictures = frm.doc.photos.map(({ file }) => {
		const url = frappe.utils.escape_html(encodeURI(file));
		const small = frappe.utils.escape_html(agency_crm.small_picture(file));
		return `<a href="${url}" target="_blank" rel="noopener"><img src="${small}" loading="lazy"
			style="width: 160px; height: 120px; object-fit: cover; border-radius: var(--border-radius)"></a>`;
	});
	frm.get_field("gallery").$wrapper.html(
		`<div style="display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 1rem">${pictures.join("")}</div>`
	);
}

/** Say above the form what may be there already. */
async function show_hints(frm) {
	const hints = await get_hints(frm);
	const lines = agency_crm.queue.known_lines(hints);
	const { listing } = hints;
	if (listing) {
		const where = listing.name
			? frappe.utils.get_form_link(
					"Listing",
					listing.name,
					true,
					frappe.utils.escape_html(listing.title)
				)
			: frappe.utils.escape_html(listing.store || __("another store"));
		lines.push(__("The address is already listed: {0}", [where]));
	}
	frm.set_intro(lines.join("<br>"), "orange");
}

/** Ask whose home it is, where the number is known already, and who is to maintain the listing. */
async function convert(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Convert to Listing"),
		fields: [
			...(await agency_crm.queue.person_fields(frm, await get_hints(frm), __("The Owner"))),
			{
				fieldname: "maintainer",
				fieldtype: "Link",
				options: "Agent",
				label: __("Maintainer"),
				get_query: () => ({ filters: { status: ["!=", "Left"] } }),
				description: __("Empty: you, or nobody if you are no agent."),
			},
		],
		primary_action_label: __("Convert to Listing"),
		async primary_action(values) {
			const listing = await agency_crm.queue.step(frm, "intake.listing_enquiries.convert", values);
			dialog.hide();
			frappe.show_alert({
				message: __("The offer is now listing {0}.", [listing]),
				indicator: "green",
			});
			frappe.set_route("Form", "Listing", listing);
		},
	});
	dialog.show();
}
