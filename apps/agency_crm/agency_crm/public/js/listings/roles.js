// A listing's form: who holds it, whether it is verified, where its keys are.

import { reason_field } from "../forms/fields";
import { ON_OFFER } from "./words";

export function add_role_buttons(frm) {
	const { doc } = frm;
	if (!ON_OFFER.includes(doc.phase)) {
		return;
	}
	const group = __("Roles and Keys");
	const args = { listing: doc.name };
	if (!doc.maintainer && doc.phase !== "Closing" && frappe.boot.agency_crm?.agent) {
		agency_crm
			.add_step(frm, __("Claim"), "agency_crm.api.listings.roles.claim", args)
			.addClass("btn-primary");
	}
	const add_new = (doctype, label) =>
		frappe.model.can_create(doctype) &&
		frm.add_custom_button(label, () => frappe.new_doc(doctype, args), group);
	add_new("Listing Verification", __("New Verification"));
	add_new("Role Request", __("Ask for a Role"));
	add_new("Listing Key", __("Receive a Key"));
	const reason = reason_field({
		label: __("What is wrong?"),
		description: __("The listing is verified anew."),
	});
	agency_crm.add_step(frm, __("Report as Not Real"), "agency_crm.api.listings.verification.report", args, {
		ask: reason,
		group,
	});
	if (doc.key_status !== "None") {
		add_key_buttons(frm, group);
	}
}

// one click borrows the key that is in, or gives back the one the user has
async function add_key_buttons(frm, group) {
	const keys = await frappe.xcall("agency_crm.api.listings.keys.of_listing", { listing: frm.doc.name });
	const agent = frappe.boot.agency_crm?.agent;
	keys.forEach((key) => {
		if (key.status === "In" && agent) {
			const label = __("Borrow Key {0}", [key.key_code]);
			agency_crm.add_step(
				frm,
				label,
				"agency_crm.api.listings.keys.borrow",
				{ key: key.name },
				{ group }
			);
		} else if (key.holder && key.holder === agent) {
			const args = { key: key.name, action: "Return" };
			const label = __("Return Key {0}", [key.key_code]);
			agency_crm.add_step(frm, label, "agency_crm.api.listings.keys.act", args, { group });
		} else if (key.holder) {
			const label = __("Key {0} is with {1}", [key.key_code, key.holder_name]);
			frm.add_custom_button(label, () => frappe.set_route("Form", "Listing Key", key.name), group);
		}
	});
}
