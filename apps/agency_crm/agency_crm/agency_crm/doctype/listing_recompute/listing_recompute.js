frappe.ui.form.on("Listing Recompute", {
	setup(frm) {
		// the server tells whoever asked for it
		frappe.realtime.on("listing_recompute", (state) => {
			if (cur_frm === frm) {
				show_progress(frm, state);
			}
		});
	},

	refresh(frm) {
		frm.disable_save();
		frm.set_intro(
			__(
				"The grades and tags of all listings are computed anew when a rule changes. An interrupted run goes on within the hour."
			)
		);
		frm.add_custom_button(__("Recompute All"), () =>
			frappe.xcall("agency_crm.api.rating.grades.recompute", {}, "POST").then(() => {
				frappe.show_alert({ message: __("It runs in the background."), indicator: "blue" });
				frm.reload_doc();
			})
		);
		if (frm.doc.requested_by) {
			show_progress(frm, frm.doc);
		}
	},
});

function show_progress(frm, { rows_done, rows_total, done }) {
	const title = __("Grades and Tags");
	if (done) {
		frm.dashboard.hide_progress(title);
		frm.reload_doc();
		return;
	}
	const percent = rows_total ? (100 * rows_done) / rows_total : 0;
	frm.dashboard.show_progress(title, percent, __("{0} of {1} listings", [rows_done, rows_total]));
}
