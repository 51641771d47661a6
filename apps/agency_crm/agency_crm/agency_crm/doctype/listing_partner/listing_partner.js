frappe.ui.form.on("Listing Partner", {
	setup(frm) {
		frm.set_query("store", () => ({ filters: { is_group: 0 } }));
		frm.set_query("maintainer", () => ({ filters: { status: ["!=", "Left"] } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.doc.is_active) {
			return;
		}
		const label = frm.doc.key_made_on ? __("Replace Key") : __("Make Key");
		frm.add_custom_button(label, () =>
			frm.doc.key_made_on
				? frappe.confirm(__("The key in use stops working at once. Replace it?"), () => make_key(frm))
				: make_key(frm)
		);
	},
});

async function make_key(frm) {
	const { api_key, api_secret } = await frappe.xcall("agency_crm.api.partners.make_key", {
		partner: frm.doc.name,
	});
	await frm.reload_doc();
	frappe.msgprint({
		title: __("The Partner's Key"),
		message: `<p>${__("Copy it now: it is shown this once.")}</p>
			<pre class="selectable-text">Authorization: token ${api_key}:${api_secret}</pre>`,
		indicator: "blue",
	});
}
