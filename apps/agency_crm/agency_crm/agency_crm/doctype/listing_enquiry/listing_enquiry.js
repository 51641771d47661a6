const OPEN = ["New", "Doing"];

frappe.ui.form.on("Listing Enquiry", {
	setup(frm) {
		frm.set_query("store", () => ({ filters: { is_group: 0 } }));
	},

	refresh(frm) {
		show_photos(frm);
		frm.add_custom_button(__("Show Phone"), () => agency_crm.reveal(frm, "Phone"));
		frm.set_df_property("photos", "cannot_add_rows", true);
		frm.set_df_property("photos", "cannot_delete_rows", true);
		if (!OPEN.includes(frm.doc.status)) {
			frm.disable_form();
			return;
		}
		show_hints(frm);
		frm.add_custom_button(__("Refuse"), () => refuse(frm));
		frm.add_custom_button(__("Mark as Spam", null, "Listing Enquiry"), () =>
			frappe.confirm(__("Is it spam? It leaves the queue."), () => step(frm, "reject", { spam: 1 }))
		);
		if (frm.doc.assigned_to !== frappe.session.user) {
			frm.add_custom_button(__("Take"), () => step(frm, "take")).addClass("btn-primary");
		} else {
			frm.add_custom_button(__("Convert to Listing"), () => convert(frm)).addClass("btn-primary");
		}
	},
});

const call = (method, args) => frappe.xcall(`agency_crm.api.enquiries.${method}`, args);

async function step(frm, method, args) {
	if (frm.is_dirty()) {
		await frm.save();
	}
	const answer = await call(method, { enquiry: frm.doc.name, ...args });
	await frm.reload_doc();
	return answer;
}

function show_photos(frm) {
	const pictures = frm.doc.photos.map(({ file }) => {
		const url = frappe.utils.escape_html(encodeURI(file));
		return `<a href="${url}" target="_blank" rel="noopener"><img src="${url}" loading="lazy"
			style="width: 160px; height: 120px; object-fit: cover; border-radius: var(--border-radius)"></a>`;
	});
	frm.get_field("gallery").$wrapper.html(
		`<div style="display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 1rem">${pictures.join("")}</div>`
	);
}

/** Say above the form what may be there already. */
async function show_hints(frm) {
	const { clients, others, listing } = await call("hints", { enquiry: frm.doc.name });
	const link = (doctype, name, label) =>
		frappe.utils.get_form_link(doctype, name, true, frappe.utils.escape_html(label));
	const lines = clients.map(({ name, client_name }) =>
		__("The number is known: {0}", [link("Client", name, client_name)])
	);
	if (others) {
		lines.push(__("{0} clients of colleagues have the number.", [others]));
	}
	if (listing) {
		const where = listing.name
			? link("Listing", listing.name, listing.title)
			: frappe.utils.escape_html(listing.store || __("another store"));
		lines.push(__("The address is already listed: {0}", [where]));
	}
	frm.set_intro(lines.join("<br>"), "orange");
}

function refuse(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		({ reason }) => step(frm, "reject", { reason }),
		__("Refuse"),
		__("Refuse")
	);
}

/** Ask whose home it is, where the number is known already, and who is to maintain the listing. */
async function convert(frm) {
	const { clients, others } = await call("hints", { enquiry: frm.doc.name });
	const people = [
		...clients.map(({ name, client_name }) => ({ value: name, label: `${client_name} (${name})` })),
		{ value: "", label: __("A new client: {0}", [frm.doc.enquirer_name]) },
	];
	const dialog = new frappe.ui.Dialog({
		title: __("Convert to Listing"),
		fields: [
			{
				fieldname: "client",
				fieldtype: "Select",
				label: __("The Owner"),
				options: people,
				default: people[0].value,
				description: others
					? __("{0} more clients have this number, of colleagues. Ask there before making a second one.", [
							others,
					  ])
					: "",
			},
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
			const listing = await step(frm, "convert", values);
			dialog.hide();
			frappe.show_alert({ message: __("The offer is now listing {0}.", [listing]), indicator: "green" });
			frappe.set_route("Form", "Listing", listing);
		},
	});
	dialog.show();
}
