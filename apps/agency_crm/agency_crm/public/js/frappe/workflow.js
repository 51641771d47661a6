// Bring the records of a state into another, before the workflow loses it or after it has.

const GUARDED = ["Listing", "Viewing", "Deal"];

frappe.ui.form.on("Workflow", {
	refresh(frm) {
		if (!frm.is_new() && frm.doc.is_active && GUARDED.includes(frm.doc.document_type)) {
			frm.add_custom_button(__("Move Records"), () => move_records(frm), __("Actions"));
		}
	},
});

async function move_records(frm) {
	const doctype = frm.doc.document_type;
	const found = await frappe.xcall("agency_crm.api.desk.workflows.states_of_records", { doctype });
	const word = (state) => __(state, null, doctype);
	const from = found.map(({ state, records }) => ({ value: state, label: `${word(state)} (${records})` }));
	const to = frm.doc.states.map(({ state }) => ({ value: state, label: word(state) }));
	frappe.prompt(
		[
			{
				fieldname: "state",
				label: __("Records in State"),
				fieldtype: "Select",
				options: from,
				reqd: 1,
			},
			{ fieldname: "next_state", label: __("Into State"), fieldtype: "Select", options: to, reqd: 1 },
		],
		async (values) => {
			let moved = 0;
			let answer;
			do {
				answer = await frappe.xcall("agency_crm.api.desk.workflows.move_records", {
					doctype,
					...values,
				});
				moved += answer.moved;
			} while (answer.moved && answer.left);
			frappe.show_alert({ message: __("{0} records moved.", [moved]), indicator: "green" });
		},
		__("Move Records"),
		__("Move")
	);
}
