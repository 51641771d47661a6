frappe.ui.form.on("Duplicate Pair", {
	async refresh(frm) {
		frm.disable_save();
		const { listings, may_merge } = await agency_crm.show_pair(frm);
		const { status } = frm.doc;
		if (status === "Merged") {
			if (may_merge) {
				frm.add_custom_button(__("Undo Merge"), () =>
					frappe.confirm(__("Part the two listings again?"), () => decide(frm, "undo"))
				);
			}
			return;
		}
		if (status !== "Dismissed") {
			if (may_merge) {
				frm.add_custom_button(__("Merge"), () => choose_survivor(frm, listings)).addClass(
					"btn-primary"
				);
			}
			frm.add_custom_button(__("Not a Duplicate"), () => dismiss(frm));
		}
	},
});

function decide(frm, verb, args) {
	return frappe
		.call({
			method: `agency_crm.api.duplicates.pairs.${verb}`,
			type: "POST",
			args: { pair: frm.doc.name, ...args },
			freeze: true,
		})
		.then(() => frm.reload_doc());
}

function choose_survivor(frm, listings) {
	frappe.prompt(
		[
			{
				fieldname: "survivor",
				fieldtype: "Select",
				label: __("Listing That Stays"),
				options: listings.map(({ name, title }) => ({
					value: name,
					label: `${name} ${title}`,
				})),
				default: listings[0].name,
				reqd: 1,
				description: __(
					"It takes over follow-ups, viewings, pictures, owners and roles of the other, which becomes invalid."
				),
			},
			agency_crm.reason_field({ reqd: 0 }),
		],
		(values) => decide(frm, "merge", values),
		__("Merge"),
		__("Merge")
	);
}

function dismiss(frm) {
	frappe.prompt(
		agency_crm.reason_field(),
		({ reason }) => decide(frm, "dismiss", { reason }),
		__("Not a Duplicate"),
		__("Not a Duplicate")
	);
}
