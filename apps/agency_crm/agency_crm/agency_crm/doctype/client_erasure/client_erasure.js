frappe.ui.form.on("Client Erasure", {
	refresh(frm) {
		if (
			frm.doc.status !== "Requested" ||
			!frappe.user.has_role(["Agency Store Manager", "Agency Administrator"])
		) {
			return;
		}
		const step = (label, method, ask) =>
			agency_crm.add_step(
				frm,
				label,
				`agency_crm.api.privacy.erasures.${method}`,
				{ name: frm.doc.name },
				{ ask }
			);
		step(__("Erase This Person"), "approve", [
			{
				fieldtype: "HTML",
				options: __(
					"Name, numbers, notes and files of {0} are cleared everywhere, for good. Deals and invoices stay, with the client's number in the place of the name.",
					[frm.doc.client]
				),
			},
		]);
		step(__("Refuse"), "refuse", [agency_crm.reason_field()]);
	},
});
