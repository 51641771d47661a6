frappe.ui.form.on("Listing Key", {
	onload: (frm) => agency_crm.set_own_agent(frm, "received_by"),

	refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		const { status, holder, name } = frm.doc;
		const agent = frappe.boot.agency_crm?.agent;
		const keeps = frm.perm[0].write;
		const act = (label, action, ask) =>
			agency_crm.add_step(
				frm,
				label,
				"agency_crm.api.listings.keys.act",
				{ key: name, action },
				{ ask }
			);
		if (status === "In") {
			if (agent) {
				agency_crm
					.add_step(
						frm,
						__("Borrow", null, "Key Movement"),
						"agency_crm.api.listings.keys.borrow",
						{
							key: name,
						}
					)
					.addClass("btn-primary");
			}
			keeps && act(__("Move", null, "Key Movement"), "Move", [place(), note()]);
		} else if (holder && (keeps || holder === agent)) {
			act(__("Return", null, "Key Movement"), "Return").addClass("btn-primary");
		}
		if (keeps && ["Lost", "Returned"].includes(status)) {
			act(__("Receive", null, "Key Movement"), "Receive", [place(), note()]);
		} else if (keeps || holder === agent) {
			act(__("Lose", null, "Key Movement"), "Lose", [note()]);
		}
		if (keeps && !["Lost", "Returned"].includes(status)) {
			act(__("Give Back to Owner", null, "Key Movement"), "Give Back to Owner", [note()]);
		}
	},
});

function place() {
	const places = frappe.meta.get_docfield("Listing Key", "place").options.split("\n");
	const options = places.map((value) => ({ value, label: __(value, null, "Listing Key") }));
	return {
		fieldname: "place",
		fieldtype: "Select",
		label: __("Place", null, "Listing Key"),
		options,
		reqd: 1,
	};
}

const note = () => ({ fieldname: "note", fieldtype: "Small Text", label: __("Note") });
