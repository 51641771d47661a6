// A listing's form: its mandate, and the tenant who leaves.

const ON_OFFER = ["Draft", "Live", "Held", "Closing"];

export function add_mandate_buttons(frm) {
	const { doc } = frm;
	if (!frm.perm[0].write) {
		return;
	}
	if (ON_OFFER.includes(doc.phase) && frappe.model.can_create("Listing Mandate")) {
		frm.add_custom_button(__("New Mandate"), () =>
			agency_crm.open_made("agency_crm.api.mandates.make_mandate", { listing: doc.name })
		);
	}
	if (doc.listing_type === "Lease" && doc.phase === "Closed") {
		frm.add_custom_button(__("Tenant Leaves"), () => ask_surrender(frm));
	}
}

function ask_surrender(frm) {
	const fields = [
		{
			fieldname: "left_on",
			fieldtype: "Date",
			label: __("Leaves On"),
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
	];
	const surrender = (values) =>
		frappe
			.xcall("agency_crm.api.leases.surrender_lease", { listing: frm.doc.name, ...values }, "POST")
			.then(() => frm.reload_doc());
	frappe.prompt(fields, surrender, __("Tenant Leaves"), __("Back on the Market"));
}
