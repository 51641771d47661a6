frappe.ui.form.on("Client Mailing", {
	setup: (frm) =>
		frm.set_query("segment", () => ({ filters: { kind: "Rule", applies_to: "Client", enabled: 1 } })),

	refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		show_audience(frm);
		const step = (label, method, ask) =>
			agency_crm.add_step(
				frm,
				label,
				`agency_crm.api.notifications.mailings.${method}`,
				{ name: frm.doc.name },
				{ ask }
			);
		if (frm.doc.status === "Draft") {
			step(__("Ask to Send"), "request");
			return;
		}
		frm.disable_form();
		if (
			frm.doc.status === "Requested" &&
			frappe.user.has_role(["Agency Store Manager", "Agency Administrator"])
		) {
			step(__("Let It Out"), "approve", [
				{
					fieldtype: "HTML",
					options: __("It is sent at once to everybody it reaches, and can't be taken back."),
				},
			]);
			step(__("Send Back"), "send_back", [agency_crm.reason_field()]);
		}
	},
});

async function show_audience(frm) {
	if (["Sending", "Sent"].includes(frm.doc.status)) {
		return;
	}
	const { members, reachable } = await frappe.xcall("agency_crm.api.notifications.mailings.get_audience", {
		name: frm.doc.name,
	});
	frm.set_intro(
		__("{0} clients in the segment; {1} of them agreed and have an e-mail address.", [
			members,
			reachable,
		]),
		reachable ? "blue" : "orange"
	);
}
