frappe.ui.form.on("Client Enquiry", {
	setup(frm) {
		frm.set_query("store", () => ({ filters: { is_group: 0 } }));
		frm.set_query("territories", () => ({ filters: { is_group: 0 } }));
	},

	refresh(frm) {
		if (agency_crm.queue.refresh(frm, [__("Convert to Client"), () => convert(frm)])) {
			show_hints(frm);
		}
	},
});

const get_hints = (frm) =>
	frappe.xcall("agency_crm.api.intake.client_enquiries.hints", { enquiry: frm.doc.name });

/** Say above the form who has the number, and let the enquiry be given to the colleague whose client it is. */
async function show_hints(frm) {
	const hints = await get_hints(frm);
	frm.set_intro(agency_crm.queue.known_lines(hints).join("<br>"), "orange");
	if (hints.others && frm.doc.assigned_to === frappe.session.user) {
		frm.add_custom_button(__("Pass On to the Client's Agent"), () =>
			frappe.confirm(
				__("The wish goes to the colleague's client, and the colleague is told. Pass it on?"),
				() => agency_crm.queue.step(frm, "intake.client_enquiries.pass_on")
			)
		);
	}
}

/** Ask whether it is a client already, and whose a new one is to be. */
async function convert(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Convert to Client"),
		fields: [
			...(await agency_crm.queue.person_fields(frm, await get_hints(frm), __("The Client"))),
			{
				fieldname: "agent",
				fieldtype: "Link",
				options: "Agent",
				label: __("Agent"),
				depends_on: "eval:!doc.client",
				get_query: () => ({ filters: { status: ["!=", "Left"] } }),
				description: __("Empty: you, or the store's pool if you are no agent."),
			},
		],
		primary_action_label: __("Convert to Client"),
		async primary_action(values) {
			const client = await agency_crm.queue.step(frm, "intake.client_enquiries.convert", values);
			dialog.hide();
			frappe.show_alert({
				message: __("The enquiry is now client {0}.", [client]),
				indicator: "green",
			});
		},
	});
	dialog.show();
}
