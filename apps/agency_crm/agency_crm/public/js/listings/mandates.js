// A listing's form: its mandate, and the tenant who leaves.

import { reason_field } from "../forms/fields";
import { ON_OFFER } from "./words";

export function add_mandate_buttons(frm) {
	const { doc } = frm;
	if (ON_OFFER.includes(doc.phase) && frm.perm[0].write && frappe.model.can_create("Listing Mandate")) {
		frm.add_custom_button(__("New Mandate"), () =>
			agency_crm.open_made("agency_crm.api.listings.mandates.make_mandate", { listing: doc.name })
		);
	}
	// the form of a let home is locked by the workflow, this step isn't
	const mine = doc.maintainer && doc.maintainer === frappe.boot.agency_crm?.agent;
	if (
		doc.listing_type === "Lease" &&
		doc.phase === "Closed" &&
		(mine || frappe.user.has_role(["Agency Store Manager", "Agency Administrator"]))
	) {
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
		reason_field(),
	];
	const surrender = (values) =>
		frappe
			.xcall(
				"agency_crm.api.listings.leases.surrender_lease",
				{ listing: frm.doc.name, ...values },
				"POST"
			)
			.then(() => frm.reload_doc());
	frappe.prompt(fields, surrender, __("Tenant Leaves"), __("Back on the Market"));
}
